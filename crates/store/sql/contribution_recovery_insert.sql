insert into contribution_recovery (
    tenant, transfer, programme, contribution, membership, person, month, died, rupiah, recovered_on
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
