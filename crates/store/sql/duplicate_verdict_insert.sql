insert into duplicate_verdict (
    tenant, pair, revision, verdict, score, given_by, given_at_ms, line
) values ($1, $2, $3, $4, $5, $6, $7, $8)
