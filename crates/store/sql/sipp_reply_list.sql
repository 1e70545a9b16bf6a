select id, programme, file_name, received_on, received_at_ms, received_by
from sipp_reply
where tenant = $1
order by received_at_ms desc, id
