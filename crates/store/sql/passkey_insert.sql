insert into passkey (tenant, credential, id, holder, public_key, sign_count, name, made_at_ms, used_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
