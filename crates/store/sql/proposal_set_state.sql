update proposal set state = $1, reason = $2 where tenant = $3 and id = $4
