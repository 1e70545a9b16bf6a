select count(*) from external_login where tenant = $1 and holder = $2
