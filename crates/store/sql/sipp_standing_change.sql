update sipp_standing set
    state = $1, month = $2, rejections = $3, reason = $4, since = $5, version = $6, reply = $7,
    changed_at_ms = $8
where tenant = $9 and programme = $10 and person = $11
