select partner, ends_at_ms from snap_token where tenant = $1 and token = $2
