-- Codes of places below a region are its digits and more.
select month, programme, scheme, cast(sum(people) as bigint)
from cover_total
where tenant = $1 and of_what = 'place' and part >= $2 and part < $3 and known_day <= $4
group by month, programme, scheme
order by month, programme, scheme
