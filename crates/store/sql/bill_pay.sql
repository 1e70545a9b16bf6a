update bill set paid = paid + $1 where tenant = $2 and id = $3
