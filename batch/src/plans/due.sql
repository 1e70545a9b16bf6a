select tenant, programme, line['month'] as "month", line['line'] as line, line['rupiah'] as rupiah
from (
  select
    members.tenant, members.programme,
    unnest({contribution}(
      members.tenant, programmes.terms, members.first, members.last, members.sector,
      members."group", members.birth, members.died, standing.paid, {rules}, {income}
    )) as line
  from members
  inner join programmes
    on programmes.tenant = members.tenant and programmes.programme = members.programme
  left join (
    select person, string_agg(
      concat(cast(tenant as varchar), ' ', programme, ' ', cast("month" as varchar), ' ', scheme), ','
    ) as paid
    from standing
    group by person
  ) as standing on standing.person = members.person
) as lines
