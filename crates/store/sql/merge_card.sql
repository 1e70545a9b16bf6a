update card set person = $1, name = $2 where tenant = $3 and id = $4 and person = $5
