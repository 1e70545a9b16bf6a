select step_no, step, state_before, state_after, made_by, at_ms
from outreach_lead_step
where tenant = $1 and lead = $2
order by step_no
