select hash from audit_node where tenant = $1 and level = $2 and position = $3
