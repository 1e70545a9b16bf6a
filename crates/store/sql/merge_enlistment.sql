update enlistment set person = $1
where tenant = $2 and programme = $3 and person = $4 and sheet = $5 and sheet_index = $6
    and row_no = $7
