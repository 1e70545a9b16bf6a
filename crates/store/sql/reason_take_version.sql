update agreement_version set reason = '' where tenant = $1 and agreement = $2 and version = $3
