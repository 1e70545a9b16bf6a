update duplicate_pair set state = $1, revision = $2
where tenant = $3 and id = $4 and revision = $5
