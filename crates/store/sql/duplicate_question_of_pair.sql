select place, asked_by, asked_at_ms, answer
from duplicate_question
where tenant = $1 and pair = $2
order by place
