insert into bill_code (tenant, bill, revision, kind, code, recorded_by, recorded_at_ms)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tenant, bill, revision, kind, code) do nothing
