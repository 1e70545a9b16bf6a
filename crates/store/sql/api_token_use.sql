insert into api_token_use (tenant, api_token, used_at_ms) values ($1, $2, $3)
on conflict (tenant, api_token) do update set used_at_ms = excluded.used_at_ms
