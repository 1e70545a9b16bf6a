select
    step_no, step, state_before, state_after, day, rupiah, receiver, reference, made_by, maker, at_ms
from benefit_claim_step
where tenant = $1 and claim = $2
order by step_no
