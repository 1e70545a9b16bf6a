select content from agreement_scan where tenant = $1 and agreement = $2 and hash = $3
