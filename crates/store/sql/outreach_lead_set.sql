update outreach_lead set state = $1, steps = $2, person = $3, registered_on = $4, asked = $5
where tenant = $6 and id = $7
