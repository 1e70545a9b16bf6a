delete from one_time_link where tenant = $1 and token = $2
