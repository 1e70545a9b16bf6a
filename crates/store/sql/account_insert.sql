insert into account (
    tenant, id, code, kind, balance_limit, debits_pending, credits_pending, debits_posted,
    credits_posted
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
