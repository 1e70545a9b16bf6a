select
    s.id, s.month, s.act, s.reason, s.hash, s.transfers, s.moved, s.made_by, s.made_at_ms,
    s.checked_by, s.second_by, s.state
from period_step as s
where s.tenant = $1
order by s.month, s.made_at_ms, s.id
