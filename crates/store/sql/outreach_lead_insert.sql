insert into outreach_lead (
    tenant, id, event, agent, place, occupation, sex, told_on, consent, state, steps, person,
    registered_on, asked, details
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
