select id from duplicate_pair where tenant = $1
