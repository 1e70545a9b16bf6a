select 0 where $1 is not null
