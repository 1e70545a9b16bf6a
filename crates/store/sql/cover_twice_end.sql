update cover_twice set until_ms = $1
where tenant = $2 and person = $3 and scheme = $4 and month = $5 and transfer = $6 and from_ms = $7
