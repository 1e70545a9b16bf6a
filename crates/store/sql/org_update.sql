update org set name = $1, territory = $2 where tenant = $3 and id = $4
