select fingerprint, mapping
from header_mapping
where tenant = $1 and org = $2
order by fingerprint
