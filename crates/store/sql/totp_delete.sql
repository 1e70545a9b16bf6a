delete from totp where tenant = $1 and holder = $2
