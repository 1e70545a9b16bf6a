insert into intake_problem (
    tenant, sheet, sheet_index, row_no, ordinal, code, field, cell_sheet, cell_row, cell_column,
    detail, suggestion
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
