update period_step set state = $1, checked_by = $2, second_by = $3
where tenant = $4 and id = $5
