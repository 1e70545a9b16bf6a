insert into identity_act (tenant, id, person, act, actor, at_ms, reason)
values ($1, $2, $3, $4, $5, $6, $7)
