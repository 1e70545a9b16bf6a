select state, pairs from duplicate_tally where tenant = $1
