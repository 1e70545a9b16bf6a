insert into audit_cosignature (tenant, size, witness, signature) values ($1, $2, $3, $4)
