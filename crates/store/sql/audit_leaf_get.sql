select leaf from audit where tenant = $1 and seq = $2
