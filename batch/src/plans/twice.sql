select tenant, programme
from members
group by tenant, programme, person
having count(*) > 1
limit 1
