-- Members of a programme reduced to what a plan needs: month of birth, whether on its first day, work
-- and village; nobody by name. Whoever is gone before the month does not count.
select
    p.birth / 100, cast(case when p.birth % 100 = 1 then 1 else 0 end as bigint), p.occupation,
    p.place, count(*)
from membership as m
join person as p on p.tenant = m.tenant and p.id = m.person
left join person_merge as o on o.tenant = m.tenant and o.away = m.person
where not exists (
        -- Whoever a list calls dead, and nobody has seen alive since, does not count.
        select 1
        from reference_entry as n
        join reference_list as l on l.tenant = n.tenant and l.id = n.list
        where n.tenant = $1 and n.nik_index = p.nik_index and l.kind = $2
            and not exists (
                select 1 from life_proof as v
                where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
            )
    )
    and m.tenant = $1 and m.programme = $3 and m.last_month >= $4 and o.away is null
group by 1, 2, 3, 4
order by 1, 2, 3, 4
