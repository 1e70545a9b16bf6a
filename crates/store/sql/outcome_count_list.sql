select
    s.id, s.org, s.programme, r.outcome,
    cast(case when r.superseded_by is null then 0 else 1 end as bigint) as superseded,
    count(*) as found
from sheet as s
join intake_row as r on r.tenant = s.tenant and r.sheet = s.id
where s.tenant = $1 and s.state = 'decided'
group by s.id, s.org, s.programme, r.outcome, superseded
order by s.id, r.outcome, superseded
