update sheet_stage set revision = revision + 1, columns_said = $1, tables_left_out = $2
where tenant = $3 and sheet = $4 and revision = $5
