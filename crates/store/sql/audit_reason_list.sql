select line, words from audit_reason where tenant = $1
