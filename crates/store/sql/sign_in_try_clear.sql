delete from sign_in_try where tenant = $1 and subject = $2
