select
    i.person, k.master_version, k.wrapped, i.rank, i.name, i.nik, i.place, i.occupation, i.sector,
    i.monthly, i.committed
from proposal_item as i
left join record_key as k on k.tenant = i.tenant and k.id = i.person
where i.tenant = $1 and i.proposal = $2 and i.waiting = $3
order by i.rank
