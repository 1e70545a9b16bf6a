select id, asked, figures, digest, made_by, made_at_ms
from coverage_report
where tenant = $1 and id = $2
