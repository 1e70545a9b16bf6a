update user_account set suspended_at_ms = $1 where tenant = $2 and id = $3
