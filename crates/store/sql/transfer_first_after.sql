select t.day from transfer as t where t.tenant = $1 and t.day > $2 order by t.day limit 1
