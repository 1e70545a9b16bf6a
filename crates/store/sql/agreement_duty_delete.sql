delete from agreement_duty where tenant = $1 and agreement = $2 and version = $3
