select
    step_no, step, state_before, state_after, day, class, rupiah, cause, reference, made_by,
    maker, at_ms
from scholarship_step
where tenant = $1 and school_year = $2
order by step_no
