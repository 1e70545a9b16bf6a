select min(t.day) from transfer as t where t.tenant = $1 and t.day > $2
