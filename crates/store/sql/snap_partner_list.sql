select code, task, client, ended_at_ms from snap_partner where tenant = $1 order by code
