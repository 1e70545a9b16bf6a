select $2 where $1 is not null
