select revision, verdict, score, given_by, given_at_ms, line
from duplicate_verdict
where tenant = $1 and pair = $2
order by revision
