delete from agreement_programme where tenant = $1 and programme = $2 and agreement = $3
