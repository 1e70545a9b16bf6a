select n.partner, n.id, n.said, k.master_version, k.wrapped, n.rupiah, n.day
from snap_payment as p
join snap_notice as n on n.tenant = p.tenant and n.id = p.notice
left join record_key as k on k.tenant = n.tenant and k.id = n.id
where p.tenant = $1 and p.own = 0
and not exists (
    select 1 from snap_payment_echo as e where e.tenant = p.tenant and e.notice = p.notice
)
order by case when p.released_at_ms is null then 0 else 1 end, n.day, n.partner, n.id
