select
  tenant, programme, "month", line,
  sum(people) as people, sum(people_other) as people_other,
  sum(rupiah) as rupiah, sum(rupiah_other) as rupiah_other,
  sum(rupiah_other) - sum(rupiah) as more_rupiah
from (
  select tenant, programme, "month", line,
    count(*) as people, cast(0 as bigint) as people_other,
    sum(rupiah) as rupiah, cast(0 as bigint) as rupiah_other
  from ({due}) as due
  group by tenant, programme, "month", line
  union all
  select tenant, programme, "month", line,
    cast(0 as bigint) as people, count(*) as people_other,
    cast(0 as bigint) as rupiah, sum(rupiah) as rupiah_other
  from ({other}) as other
  group by tenant, programme, "month", line
) as both
group by tenant, programme, "month", line
order by tenant, programme, "month", line
