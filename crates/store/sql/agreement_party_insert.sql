insert into agreement_party (
    tenant, agreement, version, ordinal, org, name, called, office, signatory, basis, address
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
