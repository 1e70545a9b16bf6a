delete from outreach_attendance where tenant = $1 and event = $2 and attendee = $3
