update benefit_claim set state = $1, steps = $2, granted = $3, paid = $4
where tenant = $5 and id = $6
