select month, programme, scheme, cast(sum(people) as bigint)
from cover_total
where tenant = $1 and of_what = 'sex' and known_day <= $2
group by month, programme, scheme
order by month, programme, scheme
