delete from cover_twice
where tenant = $1 and person = $2 and scheme = $3 and month = $4 and transfer = $5 and from_ms = $6
