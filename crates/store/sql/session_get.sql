select
    s.id, s.holder, u.name, s.stage, s.device, s.made_at_ms, s.seen_at_ms, s.ends_at_ms, s.entry,
    u.suspended_at_ms
from session s join user_account u on u.tenant = s.tenant and u.id = s.holder
where s.tenant = $1 and s.token = $2
