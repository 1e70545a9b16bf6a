select subscriber, count(*)
from delivery
where tenant = $1 and state = $2
group by subscriber
