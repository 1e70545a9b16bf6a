delete from sipp_standing where tenant = $1 and programme = $2 and person = $3
