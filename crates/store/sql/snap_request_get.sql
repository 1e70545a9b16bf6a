select service, body, status, answer
from snap_request
where tenant = $1 and partner = $2 and day = $3 and external_id = $4
