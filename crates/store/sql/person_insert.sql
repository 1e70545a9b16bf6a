insert into person (
    tenant, id, nik_index, match_key, nik, no_kk, name, birth, birth_place, sex, address, place,
    occupation, phone, mother, version, valid_from, recorded_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
