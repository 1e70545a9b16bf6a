insert into outreach_event_step (
    tenant, event, step_no, step, state_before, state_after, made_by, at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8)
