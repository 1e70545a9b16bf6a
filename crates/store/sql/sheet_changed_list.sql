select
    s.id, s.hash, s.file_name, s.size_bytes, s.org, s.programme, s.received_at_ms, s.received_by,
    s.state, s.corrects
from change_mark as c
join sheet as s on s.tenant = c.tenant and s.id = c.record
where c.tenant = $1 and c.table_name = 'sheet' and c.act >= $2
order by s.id
