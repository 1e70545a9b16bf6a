delete from benefit_claim_paper where tenant = $1 and claim = $2 and paper = $3
