insert into card_day (
    tenant, id, name, place, programme, territory, day, made_by, made_at_ms, closed_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
