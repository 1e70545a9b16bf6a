select hash, account, received_at_ms, format, opening, closing, first_day, last_day, line_count
from statement
where tenant = $1
order by account, first_day, last_day, received_at_ms
