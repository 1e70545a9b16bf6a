update programme
set basis = $1, segments = $2, quota = $3, mandate_from = $4, mandate_basis = $5, priority = $6,
    age_from = $7, age_to = $8, decile = $9, targets = $10, facilities = $11
where tenant = $12 and id = $13
