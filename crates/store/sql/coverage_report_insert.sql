insert into coverage_report (tenant, id, asked, figures, digest, made_by, made_at_ms)
values ($1, $2, $3, $4, $5, $6, $7)
