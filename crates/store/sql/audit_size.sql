select coalesce(max(seq) + 1, 0) from audit where tenant = $1
