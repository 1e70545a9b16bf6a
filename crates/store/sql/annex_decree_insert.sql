insert into annex_decree (tenant, id, programme, annex, number, day, noted_by, noted_at_ms)
values ($1, $2, $3, $4, $5, $6, $7, $8)
