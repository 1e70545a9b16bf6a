select p.line
from snap_payment_echo as e
join snap_payment as p on p.tenant = e.tenant and p.notice = e.notice
where e.tenant = $1 and e.line = $2
