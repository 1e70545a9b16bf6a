delete from audit_reason where tenant = $1 and line = $2
