update agreement_version set signed_on = $1, scan = $2
where tenant = $3 and agreement = $4 and version = $5 and signed_on is null
