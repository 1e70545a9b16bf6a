select code from intake_problem
where tenant = $1 and sheet = $2 and sheet_index = 0 and row_no = $3
order by ordinal
