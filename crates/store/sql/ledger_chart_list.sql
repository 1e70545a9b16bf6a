select
    c.id, c.from_day, c.hash, c.reason, c.made_by, c.made_at_ms, c.checked_by, c.state
from ledger_chart as c
where c.tenant = $1
order by c.from_day, c.made_at_ms, c.id
