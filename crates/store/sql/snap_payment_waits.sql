select count(*)
from snap_payment as p
where p.tenant = $1 and p.notice = $2 and p.own = 0
and not exists (
    select 1 from snap_payment_echo as e where e.tenant = p.tenant and e.notice = p.notice
)
