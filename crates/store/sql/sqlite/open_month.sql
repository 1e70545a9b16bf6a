select cast($1 as text), cast($2 as integer) where 1 = 0
