insert into role_grant (tenant, id, holder, role, territory, org, first_day, last_day, granted_by, granted_at_ms, lent_by, glass_until_ms, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
