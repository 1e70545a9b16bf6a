update outreach_agent set
    kind = $1, territory = $2, supervisor = $3, account = $4, quota = $5, since = $6, until = $7,
    details = $8
where tenant = $9 and id = $10
