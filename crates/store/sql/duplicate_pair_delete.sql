delete from duplicate_pair where tenant = $1 and id = $2
