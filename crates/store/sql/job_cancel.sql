update job set cancel = 1 where tenant = $1 and id = $2
