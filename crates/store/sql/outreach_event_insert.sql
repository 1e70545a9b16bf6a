insert into outreach_event (
    tenant, id, code, kind, title, place, venue, day, starts, ends, org, audience, facility,
    agreement, duty, agenda, state, steps, changed_at_ms, details
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20
)
