select s.id, s.org, s.programme, o.outcome, o.superseded, o.found
from sheet as s
join sheet_outcome as o on o.tenant = s.tenant and o.sheet = s.id
where s.tenant = $1 and s.state = 'decided'
union all
select
    s.id, s.org, s.programme, r.outcome,
    cast(case when r.superseded_by is null then 0 else 1 end as bigint) as superseded,
    count(*) as found
from sheet as s
join intake_row as r on r.tenant = s.tenant and r.sheet = s.id
where s.tenant = $1 and s.state = 'decided' and not exists (
    select 1 from sheet_outcome as o where o.tenant = s.tenant and o.sheet = s.id
)
group by s.id, s.org, s.programme, r.outcome, superseded
order by 1, 4, 5
