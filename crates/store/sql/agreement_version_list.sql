select
    version, number, subject, place, valid_from, valid_to, notice_days, reason, digest, signed_on,
    scan, made_by, made_at_ms
from agreement_version
where tenant = $1 and agreement = $2
order by version
