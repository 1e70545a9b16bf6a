insert into agreement_duty (
    tenant, agreement, version, ordinal, code, party, kind, body, due, each_under
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
