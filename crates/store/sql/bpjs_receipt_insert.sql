insert into bpjs_receipt (tenant, bill, number, amount, day, recorded_by, recorded_at_ms)
values ($1, $2, $3, $4, $5, $6, $7)
