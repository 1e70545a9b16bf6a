insert into approval (tenant, proposal, maker, checker, approved_at_ms, list_hash)
values ($1, $2, $3, $4, $5, $6)
