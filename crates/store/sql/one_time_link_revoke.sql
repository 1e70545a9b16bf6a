delete from one_time_link where tenant = $1 and purpose = $2 and holder = $3
