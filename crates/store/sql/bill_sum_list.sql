select scheme, rule, article, status, relief, cast(count(*) as bigint), cast(sum(rupiah) as bigint)
from bill_line
where tenant = $1 and bill = $2 and month = $3
group by scheme, rule, article, status, relief
order by scheme, rule, relief
