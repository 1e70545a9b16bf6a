select holder from external_login where tenant = $1 and issuer = $2 and subject = $3
