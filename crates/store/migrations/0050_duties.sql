-- Why: what waits on a desk is asked for by whoever opens it; it must not walk over every claim there ever was.
-- Step: expand.

create index benefit_claim_state on benefit_claim (tenant, state);
create index benefit_claim_review_waits on benefit_claim_review (tenant, claim) where reviewed_at_ms is null;
