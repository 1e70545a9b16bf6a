delete from agreement_party where tenant = $1 and agreement = $2 and version = $3
