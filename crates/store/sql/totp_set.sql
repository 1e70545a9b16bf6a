insert into totp (tenant, holder, secret, last_step) values ($1, $2, $3, 0)
on conflict (tenant, holder) do update set secret = excluded.secret, confirmed_at_ms = null, last_step = 0
