select
    d.id, d.event, d.agent, d.place, d.occupation, d.sex, d.told_on, d.consent, d.state, d.steps,
    d.person, d.registered_on, d.asked, d.details, k.master_version, k.wrapped
from outreach_lead as d
left join record_key as k on k.tenant = d.tenant and k.id = d.id
where d.tenant = $1 and d.id = $2
