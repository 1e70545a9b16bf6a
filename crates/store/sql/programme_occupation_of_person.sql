select programme, occupation
from programme_occupation
where tenant = $1
    and programme in (select programme from membership where tenant = $1 and person = $2)
order by occupation
