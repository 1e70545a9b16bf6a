delete from person_merge where tenant = $1 and away = $2
