select bill, revision, kind
from bill_code
where tenant = $1 and code = $2
order by bill, revision
