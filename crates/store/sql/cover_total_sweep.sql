delete from cover_total
where tenant = $1 and of_what in ('place', 'occupation', 'sex', 'age') and month = $2 and people = 0
