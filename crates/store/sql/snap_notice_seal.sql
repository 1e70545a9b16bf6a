update snap_notice
set payment_request = '', customer = '', reference = '', request = $1, said = $2
where tenant = $3 and id = $4
