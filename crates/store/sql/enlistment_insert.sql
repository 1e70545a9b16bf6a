insert into enlistment (tenant, programme, person, sheet, sheet_index, row_no)
values ($1, $2, $3, $4, $5, $6)
