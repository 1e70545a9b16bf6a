select event, attendee, what, sex, at_ms
from outreach_attendance
where tenant = $1
order by event, attendee
