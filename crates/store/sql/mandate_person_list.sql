select
    p.id, k.master_version, k.wrapped, p.nik, p.no_kk, p.name, p.birth, p.birth_place, p.sex,
    p.address, p.place, p.occupation, p.phone, p.mother,
    cast(case when e.person is null then 0 else 1 end as bigint)
from person as p
left join record_key as k on k.tenant = p.tenant and k.id = p.id
left join enlistment as e on e.tenant = p.tenant and e.programme = $1 and e.person = p.id
where p.tenant = $2 and p.occupation = $3
    and not exists (
        select 1 from membership as m
        where m.tenant = p.tenant and m.programme = $1 and m.person = p.id
    )
    and not exists (
        select 1 from person_merge as o where o.tenant = p.tenant and o.away = p.id
    )
order by p.place, p.id
