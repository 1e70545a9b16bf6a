select count(*) from field_record where tenant = $1 and agent = $2 and received_at_ms >= $3
