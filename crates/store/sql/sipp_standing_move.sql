-- What was sent of one record says nothing of the versions of another.
update sipp_standing set person = $1, version = null
where tenant = $2 and programme = $3 and person = $4
