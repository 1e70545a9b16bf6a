update sipp_reply_row set outcome = $1, verdict = $2, reason = $3, person = $4
where tenant = $5 and reply = $6 and sheet_index = $7 and row_no = $8
