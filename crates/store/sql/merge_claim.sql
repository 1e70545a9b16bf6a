update benefit_claim set person = $1 where tenant = $2 and id = $3 and person = $4
