delete from intake_row where tenant = $1 and sheet = $2
