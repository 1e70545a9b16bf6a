update fund set ceiling = $1 where tenant = $2 and id = $3
