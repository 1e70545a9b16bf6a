insert into proposal_item (
    tenant, proposal, rank, person, name, nik, place, occupation, sector, monthly, committed, waiting
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
