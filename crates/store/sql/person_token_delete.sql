delete from person_token where tenant = $1 and token = $2 and person = $3
