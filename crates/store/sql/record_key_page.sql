select id, master_version, wrapped
from record_key
where tenant = $1 and id > $2
order by id
limit $3
