select p.month, p.step
from period as p
where p.tenant = $1 and p.state = 'closed'
order by p.month
