select
    id, code, name, territory, fund, schemes, first_month, last_month, default_occupation, income,
    refuse_insured, target
from programme
where tenant = $1
order by code
