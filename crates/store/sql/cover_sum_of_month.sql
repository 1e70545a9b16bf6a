-- Villages, districts and the regency itself have codes of different lengths.
select place, occupation, sex, age_from, programme, scheme, cast(sum(people) as bigint)
from cover_sum
where tenant = $1 and month = $2
    and (place between $3 and $4 or place between $5 and $6 or place = $7)
    and known_day <= $8
group by place, occupation, sex, age_from, programme, scheme
order by place, occupation, sex, age_from, programme, scheme
