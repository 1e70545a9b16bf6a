insert into outreach_attendance (tenant, event, attendee, what, sex, made_by, at_ms)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict do nothing
