update voucher set state = $1, checked_by = $2 where tenant = $3 and id = $4
