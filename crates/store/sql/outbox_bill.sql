select programme, month, people, total from bill where tenant = $1 and id = $2
