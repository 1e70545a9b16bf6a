update snap_notice set verdict = $1 where tenant = $2 and id = $3
