select id from outreach_lead where tenant = $1 and person = $2 order by id
