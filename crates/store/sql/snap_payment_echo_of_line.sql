select e.line
from snap_payment as p
join snap_payment_echo as e on e.tenant = p.tenant and e.notice = p.notice
where p.tenant = $1 and p.line = $2
