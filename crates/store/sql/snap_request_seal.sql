update snap_request set answer = '', said = $1
where tenant = $2 and partner = $3 and day = $4 and external_id = $5
