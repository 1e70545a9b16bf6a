select id, name, role from user_account where tenant = $1 and name = $2
