delete from door_try where tenant = $1 and at_ms <= $2
