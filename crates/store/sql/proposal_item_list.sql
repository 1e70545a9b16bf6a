select rank, person, name, nik, place, occupation, sector, monthly, committed
from proposal_item
where tenant = $1 and proposal = $2 and waiting = $3
order by rank
