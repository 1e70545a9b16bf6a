update agreement_version set scan = $1
where tenant = $2 and agreement = $3 and version = $4
