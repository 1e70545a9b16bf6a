update intake_row set person = $1
where tenant = $2 and sheet = $3 and sheet_index = $4 and row_no = $5 and person = $6
