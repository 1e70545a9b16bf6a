update role_grant set reason = '' where tenant = $1 and id = $2
