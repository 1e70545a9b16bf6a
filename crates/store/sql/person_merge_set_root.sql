update person_merge set root = $1 where tenant = $2 and away = $3
