-- Everybody in the register reduced to what a plan needs; records that stepped aside do not count.
select
    p.birth / 100, cast(case when p.birth % 100 = 1 then 1 else 0 end as bigint), p.occupation,
    p.place, count(*)
from person as p
left join person_merge as o on o.tenant = p.tenant and o.away = p.id
-- Whoever a list calls dead, and nobody has seen alive since, does not count.
left join (
    select distinct n.nik_index
    from reference_list as l
    join reference_entry as n on n.tenant = l.tenant and n.list = l.id
    where l.tenant = $1 and l.kind = $2
        and not exists (
            select 1 from life_proof as v
            where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
        )
) as d on d.nik_index = p.nik_index
where p.tenant = $1 and o.away is null and d.nik_index is null
group by 1, 2, 3, 4
order by 1, 2, 3, 4
