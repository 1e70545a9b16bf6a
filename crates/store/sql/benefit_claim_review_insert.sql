insert into benefit_claim_review (tenant, claim, selected_at_ms)
values ($1, $2, $3)
on conflict do nothing
