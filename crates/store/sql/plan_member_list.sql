-- Members of a programme reduced to what a plan needs: month of birth, whether on its first day, work
-- and village; nobody by name. Whoever is gone before the month does not count.
select
    p.birth / 100, cast(case when p.birth % 100 = 1 then 1 else 0 end as bigint), p.occupation,
    p.place, count(*)
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join person_merge as o on o.tenant = m.tenant and o.away = m.person
where m.tenant = $1 and m.programme = $2 and m.last_month >= $3 and o.away is null
group by 1, 2, 3, 4
order by 1, 2, 3, 4
