select count(*) from nik_claim_wait where tenant = $1
