select kind, state, cast(coalesce(sum(granted), 0) as bigint), cast(coalesce(sum(paid), 0) as bigint),
    count(*)
from benefit_claim
where tenant = $1
group by kind, state
order by kind, state
