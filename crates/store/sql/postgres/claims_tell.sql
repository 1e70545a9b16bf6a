select nik_claim_tell($1)
