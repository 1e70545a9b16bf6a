insert into sipp_reply_row (
    tenant, reply, sheet_index, row_no, outcome, verdict, reason, person, said
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
