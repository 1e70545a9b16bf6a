select partner, day, external_id, answer
from snap_request
where tenant = $1 and said is null
order by partner, day, external_id
limit $2
