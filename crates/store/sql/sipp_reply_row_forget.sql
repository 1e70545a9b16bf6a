update sipp_reply_row set said = $1 where tenant = $2 and person = $3
