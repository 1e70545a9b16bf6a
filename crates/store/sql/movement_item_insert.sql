insert into movement_item (
    tenant, movement, side, line_no, person, name, nik, place, occupation, sector, first_month,
    last_month, rupiah, proposal, rank, why
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
