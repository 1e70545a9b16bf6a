delete from participant_number where tenant = $1 and person = $2
