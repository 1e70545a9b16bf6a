select count(*) from recovery_code where tenant = $1 and holder = $2
