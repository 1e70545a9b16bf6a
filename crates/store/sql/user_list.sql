select id, name, role from user_account where tenant = $1 order by name
