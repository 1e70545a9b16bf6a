insert into duplicate_pair (
    tenant, id, left_person, right_person, state, score, levels, monthly, paid, revision,
    found_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
