select tenant, programme, "month", line, count(*) as people, sum(rupiah) as rupiah
from ({due}) as due
group by tenant, programme, "month", line
order by tenant, programme, "month", line
