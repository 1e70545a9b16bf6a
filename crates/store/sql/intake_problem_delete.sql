delete from intake_problem where tenant = $1 and sheet = $2
