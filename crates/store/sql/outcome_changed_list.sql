-- As `outcome_count_list`, of sheets that acts changed since one.
select s.id, s.org, s.programme, o.outcome, o.superseded, o.found
from change_mark as c
cross join sheet as s
cross join sheet_outcome as o
where c.tenant = $1 and c.table_name = 'sheet' and c.act >= $2
    and s.tenant = c.tenant and s.id = c.record and s.state = 'decided'
    and o.tenant = s.tenant and o.sheet = s.id
union all
select
    s.id, s.org, s.programme, r.outcome,
    cast(case when r.superseded_by is null then 0 else 1 end as bigint) as superseded,
    count(*) as found
from change_mark as c
cross join sheet as s
cross join intake_row as r
where c.tenant = $1 and c.table_name = 'sheet' and c.act >= $2
    and s.tenant = c.tenant and s.id = c.record and s.state = 'decided'
    and r.tenant = s.tenant and r.sheet = s.id
    and not exists (
        select 1 from sheet_outcome as o where o.tenant = s.tenant and o.sheet = s.id
    )
group by s.id, s.org, s.programme, r.outcome, superseded
order by 1, 4, 5
