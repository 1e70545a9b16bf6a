-- What is owed back no more, as nobody had died, is covered again.
select p.transfer, p.scheme
from covered_month_past as p
where p.tenant = $1 and p.programme = $2 and p.why = 'died' and not exists (
    select 1 from contribution_recovery as r
    where r.tenant = p.tenant and r.transfer = p.recovery and r.undone_at_ms is not null
)
union all
select transfer, scheme
from covered_month_withdrawn
where tenant = $1 and programme = $2
order by 1, 2
