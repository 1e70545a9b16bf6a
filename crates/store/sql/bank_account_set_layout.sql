update bank_account set layout = $1 where tenant = $2 and id = $3
