select sheet_index, row_no, field, content, edited_by, edited_at_ms, from_register
from sheet_edit
where tenant = $1 and sheet = $2
order by sheet_index, row_no, field
