update benefit_claim_review set reviewed_by = $1, reviewed_at_ms = $2 where tenant = $3 and claim = $4 and reviewed_by is null
