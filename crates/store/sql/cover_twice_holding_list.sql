select distinct person from cover_twice where tenant = $1 and until_ms is null
