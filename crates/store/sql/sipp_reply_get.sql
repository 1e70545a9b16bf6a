select id, programme, file_name, received_on, received_at_ms, received_by
from sipp_reply
where tenant = $1 and id = $2
