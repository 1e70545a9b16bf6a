delete from agreement_article where tenant = $1 and agreement = $2 and version = $3
