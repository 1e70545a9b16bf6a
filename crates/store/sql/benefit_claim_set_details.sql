update benefit_claim set details = $1, occupation = $2 where tenant = $3 and id = $4
