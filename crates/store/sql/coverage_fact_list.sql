select
    p.place, p.occupation, p.sex, m.programme,
    cast(
        case
            when coalesce(c.schemes, 0)
                >= (g.schemes & 1) + ((g.schemes >> 1) & 1) + ((g.schemes >> 2) & 1)
            then 1 else 0
        end as bigint
    ) as covered,
    count(*) as people
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
join programme as g on g.tenant = m.tenant and g.id = m.programme
left join (
    select tenant, person, count(*) as schemes
    from covered_month
    where month = $1 and tenant = $2
    group by tenant, person
) as c on c.tenant = m.tenant and c.person = m.person
left join person_merge as o on o.tenant = m.tenant and o.away = m.person
where m.tenant = $2 and o.away is null and m.first_month <= $1 and m.last_month >= $1
group by p.place, p.occupation, p.sex, m.programme, covered
order by p.place, p.occupation, p.sex, m.programme, covered
