insert into agreement_version (
    tenant, agreement, version, number, subject, place, valid_from, valid_to, notice_days, reason,
    digest, signed_on, scan, made_by, made_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
