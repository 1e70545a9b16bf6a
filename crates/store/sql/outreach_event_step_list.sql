select step_no, step, state_before, state_after, made_by, at_ms
from outreach_event_step
where tenant = $1 and event = $2
order by step_no
