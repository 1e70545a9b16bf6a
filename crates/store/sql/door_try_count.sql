select count(*) from door_try where tenant = $1 and subject = $2 and at_ms > $3
