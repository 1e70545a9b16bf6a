select password from credential where tenant = $1 and holder = $2
