insert into outreach_agent (
    tenant, id, code, kind, territory, supervisor, account, quota, since, until, details
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
