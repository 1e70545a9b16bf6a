select reply, outcome, count(*) from sipp_reply_row where tenant = $1 group by reply, outcome
