update agreement set state = $1, version = $2, newest = $3, ended_on = $4
where tenant = $5 and id = $6
