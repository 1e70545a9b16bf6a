delete from recovery_request where tenant = $1 and holder = $2
