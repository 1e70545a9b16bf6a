update totp set last_step = $1 where tenant = $2 and holder = $3 and last_step < $1
