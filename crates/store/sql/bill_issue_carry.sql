insert into bill_issue (
    tenant, bill, revision, issued_on, due, hash, finalised_by, issued_by, issued_at_ms
)
select tenant, bill, revision + 1, issued_on, due, hash, finalised_by, issued_by, issued_at_ms
from bill_issue
where tenant = $1 and bill = $2 and revision = $3
