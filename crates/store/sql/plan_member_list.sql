-- Members of a programme reduced to what a plan needs: month of birth, whether on its first day, work
-- and village; nobody by name. Whoever is gone before the month does not count.
select
    p.birth / 100, cast(case when p.birth % 100 = 1 then 1 else 0 end as bigint), p.occupation,
    p.place, count(*)
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join person_merge as o on o.tenant = m.tenant and o.away = m.person
-- Whoever a list calls dead, and nobody has seen alive since, does not count.
left join (
    select distinct n.nik_index
    from reference_list as l
    join reference_entry as n on n.tenant = l.tenant and n.list = l.id
    where l.tenant = $1 and l.kind = $4
        and not exists (
            select 1 from life_proof as v
            where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
        )
) as d on d.nik_index = p.nik_index
where m.tenant = $1 and m.programme = $2 and m.last_month >= $3 and o.away is null and d.nik_index is null
group by 1, 2, 3, 4
order by 1, 2, 3, 4
