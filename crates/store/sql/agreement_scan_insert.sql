insert into agreement_scan (
    tenant, agreement, hash, size_bytes, content, kept_by, kept_at_ms
) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing
