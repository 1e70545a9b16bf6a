select
    id, code, name, territory, fund, schemes, first_month, last_month, default_occupation, income,
    refuse_insured, target, basis, segments, quota, mandate_from, mandate_basis, priority, age_from,
    age_to, decile, targets, facilities
from programme
where tenant = $1 and id in (select programme from membership where tenant = $1 and person = $2)
order by code
