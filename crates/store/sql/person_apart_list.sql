select person from person_apart where tenant = $1
