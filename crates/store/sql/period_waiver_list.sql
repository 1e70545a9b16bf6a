select w.step, w.kind, w.about, w.amount
from period_waiver as w
where w.tenant = $1
order by w.step, w.kind, w.about
