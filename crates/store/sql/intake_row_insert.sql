insert into intake_row (
    tenant, sheet, sheet_index, row_no, outcome, person, content, corrects_sheet, corrects_index,
    corrects_row, facility, occupation
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
