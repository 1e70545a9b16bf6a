update totp set confirmed_at_ms = $1 where tenant = $2 and holder = $3
