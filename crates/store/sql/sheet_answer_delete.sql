delete from sheet_answer
where tenant = $1 and sheet = $2 and sheet_index = $3 and row_no = $4 and code = $5
