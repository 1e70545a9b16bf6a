select away from person_merge where tenant = $1 and root = $2 order by away
