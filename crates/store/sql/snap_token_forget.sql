delete from snap_token where tenant = $1 and ends_at_ms < $2
