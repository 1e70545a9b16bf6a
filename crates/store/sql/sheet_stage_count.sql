update sheet_stage
set rows_ready = $1, rows_to_fix = $2, rows_warned = $3, rows_repeated = $4, rows_refused = $5
where tenant = $6 and sheet = $7 and revision = $8
