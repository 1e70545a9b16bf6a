update person set
    nik_index = $1, match_key = $2, nik = $3, no_kk = $4, name = $5, birth = $6, birth_place = $7,
    sex = $8, address = $9, place = $10, occupation = $11, phone = $12, mother = $13, version = $14,
    valid_from = $15, recorded_at_ms = $16
where tenant = $17 and id = $18
