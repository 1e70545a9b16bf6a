insert into person_history (
    tenant, person, version, valid_from, recorded_at_ms, superseded_at_ms, record
) values ($1, $2, $3, $4, $5, $6, $7)
