select line, partner, payment_request from snap_echo where tenant = $1
