insert into sipp_employer (tenant, programme, territory, npp, name) values ($1, $2, $3, $4, $5)
on conflict (tenant, programme, territory) do update set npp = excluded.npp, name = excluded.name
