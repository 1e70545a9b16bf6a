select secret, confirmed_at_ms, last_step from totp where tenant = $1 and holder = $2
