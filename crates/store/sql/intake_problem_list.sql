select
    sheet_index, row_no, ordinal, code, field, cell_sheet, cell_row, cell_column, detail, suggestion
from intake_problem
where tenant = $1 and sheet = $2
order by sheet_index, row_no, ordinal
