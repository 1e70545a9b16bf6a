select
    outcome,
    cast(case when superseded_by is null then 0 else 1 end as bigint) as superseded,
    count(*) as found
from intake_row
where tenant = $1 and sheet = $2
group by outcome, superseded
order by outcome, superseded
