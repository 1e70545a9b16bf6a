delete from person_apart where tenant = $1 and person = $2
