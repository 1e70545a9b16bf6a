select step_no, step, state_before, state_after, made_by, at_ms
from card_handover_step
where tenant = $1 and handover = $2
order by step_no
