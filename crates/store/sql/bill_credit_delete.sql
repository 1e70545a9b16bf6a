delete from bill_credit where tenant = $1 and bill = $2
