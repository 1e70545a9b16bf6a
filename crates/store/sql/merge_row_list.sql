select sheet, sheet_index, row_no
from intake_row
where tenant = $1 and person = $2
order by sheet, sheet_index, row_no
