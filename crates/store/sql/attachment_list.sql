select id, of_what, record, part, media, size_bytes, made_by, at_ms
from attachment
where tenant = $1 and record = $2
order by at_ms, id
