select
    n.id, n.partner, n.said, k.master_version, k.wrapped, n.rupiah, n.sen, n.day,
    n.verdict, n.told_at_ms, n.explained_by, n.explained_at_ms
from snap_notice as n
left join record_key as k on k.tenant = n.tenant and k.id = n.id
where n.tenant = $1 and n.partner = $2 and n.request = $3
order by n.told_at_ms, n.id
