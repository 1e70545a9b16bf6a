select m.id, m.person, m.programme, m.first_month, m.last_month, m.recorded_at_ms, m.proposal
from membership as m
where m.tenant = $1 and m.person = $2 and m.recorded_at_ms <= $3
union all
select m.id, m.person, m.programme, h.first_month, h.last_month, h.recorded_at_ms, m.proposal
from membership as m
join membership_history as h on h.tenant = m.tenant and h.membership = m.id
where m.tenant = $1 and m.person = $2 and h.recorded_at_ms <= $3 and h.superseded_at_ms > $3
order by 4, 1
