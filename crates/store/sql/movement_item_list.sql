select
    i.person, k.master_version, k.wrapped, i.side, i.name, i.nik, i.place, i.occupation, i.sector,
    i.first_month, i.last_month, i.rupiah, i.proposal, i.rank, i.why
from movement_item as i
left join record_key as k on k.tenant = i.tenant and k.id = i.person
where i.tenant = $1 and i.movement = $2
order by i.side, i.line_no
