select
    membership, person, reason, month, scheme, programme, transfer, age_verdict, age_years
from bill_exclusion
where tenant = $1 and bill = $2
order by line_no
