update outreach_event set
    kind = $1, title = $2, place = $3, venue = $4, day = $5, starts = $6, ends = $7, org = $8,
    audience = $9, facility = $10, agreement = $11, duty = $12, agenda = $13, state = $14,
    steps = $15, changed_at_ms = $16, details = $17
where tenant = $18 and id = $19
