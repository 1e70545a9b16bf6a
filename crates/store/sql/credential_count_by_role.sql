select count(*) from credential c
join user_account u on u.tenant = c.tenant and u.id = c.holder and u.suspended_at_ms is null
where c.tenant = $1 and exists (
    select 1 from role_grant g
    where g.tenant = c.tenant and g.holder = c.holder and g.role = $2 and g.ended_at_ms is null
)
