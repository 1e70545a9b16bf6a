insert into jht_stated (
    tenant, id, person, as_of, rupiah, reference, recorded_by, recorded_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8)
