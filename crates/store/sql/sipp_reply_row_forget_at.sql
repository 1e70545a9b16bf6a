update sipp_reply_row set said = $1 where tenant = $2 and reply = $3 and sheet_index = $4 and row_no = $5
