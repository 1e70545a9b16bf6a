select part, programme, scheme, cast(sum(people) as bigint)
from cover_total
where tenant = $1 and of_what = $2 and month = $3 and known_day <= $4
group by part, programme, scheme
order by part, programme, scheme
