select migration from audit_schema where tenant = $1
