-- Accepted people of a programme reduced to what a plan needs.
select
    p.birth / 100, cast(case when p.birth % 100 = 1 then 1 else 0 end as bigint), p.occupation,
    p.place, count(*)
from enlistment as e
join person as p on p.tenant = e.tenant and p.id = e.person
where e.tenant = $1 and e.programme = $2
group by 1, 2, 3, 4
order by 1, 2, 3, 4
