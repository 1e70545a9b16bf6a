select $1 where $2 is not null
