select m.programme, m.first_month, m.last_month
from membership as m
where m.tenant = $1
group by m.programme, m.first_month, m.last_month
order by m.programme, m.first_month, m.last_month
