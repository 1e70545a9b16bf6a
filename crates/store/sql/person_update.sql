update person set
    nik = $1, no_kk = $2, name = $3, match_key = $4, birth = $5, birth_place = $6, sex = $7,
    address = $8, place = $9, occupation = $10, phone = $11, mother = $12
where tenant = $13 and id = $14
