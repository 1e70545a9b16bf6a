select level, position, hash
from audit_node
where tenant = $1
order by level, position
