delete from session where tenant = $1 and holder = $2 and id <> $3
