insert into agreement_template (tenant, template, content, kept_by, kept_at_ms)
values ($1, $2, $3, $4, $5)
on conflict (tenant, template) do update set
    content = excluded.content, kept_by = excluded.kept_by, kept_at_ms = excluded.kept_at_ms
