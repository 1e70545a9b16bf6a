insert into field_photo (tenant, record, size_bytes, received_at_ms, content)
values ($1, $2, $3, $4, $5)
on conflict (tenant, record) do nothing
