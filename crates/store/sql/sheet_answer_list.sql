select sheet_index, row_no, code, answer, reason, answered_by, answered_at_ms
from sheet_answer
where tenant = $1 and sheet = $2
order by sheet_index, row_no, code
