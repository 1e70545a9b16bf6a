-- Everybody in the register reduced to what a plan needs; records that stepped aside do not count.
select
    p.birth / 100, cast(case when p.birth % 100 = 1 then 1 else 0 end as bigint), p.occupation,
    p.place, count(*)
from person as p
left join person_merge as o on o.tenant = p.tenant and o.away = p.id
where p.tenant = $1 and o.away is null
group by 1, 2, 3, 4
order by 1, 2, 3, 4
