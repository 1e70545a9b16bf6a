insert into migration (number, name) values ($1, $2)
