delete from enlistment where tenant = $1 and sheet = $2 and sheet_index = $3 and row_no = $4
