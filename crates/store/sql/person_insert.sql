insert into person (
    tenant, id, nik, no_kk, name, match_key, birth, birth_place, sex, address, place, occupation,
    phone, mother
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
