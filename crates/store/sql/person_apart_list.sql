select person, sheet from person_apart where tenant = $1 order by sheet, person
