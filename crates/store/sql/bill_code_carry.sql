insert into bill_code (tenant, bill, revision, kind, code, recorded_by, recorded_at_ms)
select tenant, bill, revision + 1, kind, code, recorded_by, recorded_at_ms
from bill_code
where tenant = $1 and bill = $2 and revision = $3
