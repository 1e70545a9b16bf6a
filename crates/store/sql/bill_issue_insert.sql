insert into bill_issue (
    tenant, bill, revision, issued_on, due, hash, finalised_by, issued_by, issued_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
