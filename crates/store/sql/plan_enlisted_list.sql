-- Accepted people of a programme reduced to what a plan needs.
select
    p.birth / 100, cast(case when p.birth % 100 = 1 then 1 else 0 end as bigint), p.occupation,
    p.place, count(*)
from enlistment as e
join person as p on p.tenant = e.tenant and p.id = e.person
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
    and e.tenant = $1 and e.programme = $3
group by 1, 2, 3, 4
order by 1, 2, 3, 4
