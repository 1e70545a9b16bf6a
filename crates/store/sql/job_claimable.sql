select id
from job
where tenant = $1 and (state = 'queued' or (state = 'running' and beat_at_ms < $2))
order by id
