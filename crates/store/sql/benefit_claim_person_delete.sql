delete from benefit_claim_person where tenant = $1 and claim = $2 and person_no = $3
