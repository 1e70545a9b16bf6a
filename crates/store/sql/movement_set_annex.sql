update movement set annex = $1 where tenant = $2 and id = $3 and annex is null
