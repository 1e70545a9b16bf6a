delete from snap_echo where tenant = $1 and partner = $2 and payment_request = $3
