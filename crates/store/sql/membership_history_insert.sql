insert into membership_history (
    tenant, membership, superseded_at_ms, recorded_at_ms, first_month, last_month
) values ($1, $2, $3, $4, $5, $6)
