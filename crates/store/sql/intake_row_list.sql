select
    sheet_index, row_no, outcome, person, content, corrects_sheet, corrects_index, corrects_row,
    superseded_by
from intake_row
where tenant = $1 and sheet = $2
order by sheet_index, row_no
