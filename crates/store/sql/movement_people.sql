-- The people of a change as the register has them now.
select
    p.id, k.master_version, k.wrapped, p.nik, p.no_kk, p.name, p.birth, p.birth_place, p.sex,
    p.address, p.place, p.occupation, p.phone, p.mother
from movement_item as i
join person as p on p.tenant = i.tenant and p.id = i.person
left join record_key as k on k.tenant = p.tenant and k.id = p.id
where i.tenant = $1 and i.movement = $2
order by i.side, i.line_no
