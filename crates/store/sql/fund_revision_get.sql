select id, fund, ceiling_before, ceiling_after, basis, effective, reason, made_by, made_at_ms
from fund_revision
where tenant = $1 and id = $2
