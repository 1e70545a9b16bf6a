insert into transfer_origin (tenant, id, rulebook, maker, checker)
values ($1, $2, $3, $4, $5)
on conflict do nothing
