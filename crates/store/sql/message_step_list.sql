select step_no, step, state_before, state_after, made_by, at_ms
from message_step
where tenant = $1 and message = $2
order by step_no
