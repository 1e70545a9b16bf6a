select pairs from duplicate_tally where tenant = $1 and state = $2
