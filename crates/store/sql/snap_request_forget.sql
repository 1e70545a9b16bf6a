delete from snap_request where tenant = $1 and day < $2
