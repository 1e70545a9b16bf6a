select m.id, m.person, m.programme, m.first_month, m.last_month
from membership as m
where m.tenant = $1 and m.programme = $2 and m.recorded_at_ms <= $3
    and m.first_month <= $4 and m.last_month >= $4
union all
select m.id, m.person, m.programme, h.first_month, h.last_month
from membership as m
join membership_history as h on h.tenant = m.tenant and h.membership = m.id
where m.tenant = $1 and m.programme = $2 and h.recorded_at_ms <= $3 and h.superseded_at_ms > $3
    and h.first_month <= $4 and h.last_month >= $4
order by 1
