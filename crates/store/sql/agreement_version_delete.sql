delete from agreement_version
where tenant = $1 and agreement = $2 and version = $3 and signed_on is null
