delete from recovery_code where tenant = $1 and holder = $2 and code = $3
