update contribution_recovery set person = $1
where tenant = $2 and programme = $3 and membership = $4 and person = $5
