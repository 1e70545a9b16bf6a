select sheet_index, row_no, outcome, verdict, reason, person, said
from sipp_reply_row
where tenant = $1 and reply = $2 and sheet_index = $3 and row_no = $4
