select customer from snap_account where tenant = $1 and bill = $2
