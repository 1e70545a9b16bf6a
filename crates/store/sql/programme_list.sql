select
    id, code, name, territory, fund, schemes, first_month, last_month, default_occupation, income,
    refuse_insured, target, basis, segments, quota, mandate_from, mandate_basis, priority, age_from,
    age_to, decile, targets, facilities
from programme
where tenant = $1
order by code
