insert into agreement_programme (tenant, programme, agreement, tied_by, tied_at_ms)
values ($1, $2, $3, $4, $5)
on conflict (tenant, programme, agreement) do nothing
