select id, name, suspended_at_ms from user_account where tenant = $1 and id = $2
