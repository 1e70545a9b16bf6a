select
    id, hash, file_name, size_bytes, org, programme, received_at_ms, received_by, state, corrects
from sheet
where tenant = $1
order by id
