select event, attendee, what, sex, at_ms
from outreach_attendance
where tenant = $1 and event = $2
order by at_ms, attendee
