update period_step set reason = '' where tenant = $1 and id = $2
