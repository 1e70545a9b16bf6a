delete from bill_exclusion where tenant = $1 and bill = $2
