insert into audit (tenant, id, at_ms, actor, act, object_kind, object, count)
values ($1, $2, $3, $4, $5, $6, $7, $8)
