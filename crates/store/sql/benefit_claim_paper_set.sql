insert into benefit_claim_paper (tenant, claim, paper, received_on, made_by, at_ms)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant, claim, paper) do update set received_on = excluded.received_on, made_by = excluded.made_by, at_ms = excluded.at_ms
