update movement set state = $1 where tenant = $2 and id = $3
