select size, witness, signature
from audit_cosignature
where tenant = $1
order by size, witness
