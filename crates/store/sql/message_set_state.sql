update message set state = $1, steps = $2, claim = $3 where tenant = $4 and id = $5
