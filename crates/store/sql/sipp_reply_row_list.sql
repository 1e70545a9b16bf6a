select sheet_index, row_no, outcome, verdict, reason, person, said
from sipp_reply_row
where tenant = $1 and reply = $2
order by sheet_index, row_no
