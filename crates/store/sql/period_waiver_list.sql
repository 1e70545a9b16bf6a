select w.step, w.kind, w.about, w.amount
from period_waiver as w
where w.tenant = $1
union all
select g.step, 'unbilled', g.about, 0
from period_gap as g
where g.tenant = $1
order by 1, 2, 3
