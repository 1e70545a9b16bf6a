select person, scheme, month, programme, transfer, recovery, ended_on
from covered_month_past
where tenant = $1 and person = $2 and why = 'died'
union all
select person, scheme, month, programme, transfer, recovery, withdrawn_on
from covered_month_withdrawn
where tenant = $1 and person = $2
order by 3, 2, 5
