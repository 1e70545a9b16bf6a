select version, valid_from, recorded_at_ms from person where tenant = $1 and id = $2
