select mapping from header_mapping where tenant = $1 and org = $2 and fingerprint = $3
