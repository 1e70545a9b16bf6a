insert into migration (number, name, step) values ($1, $2, $3)
