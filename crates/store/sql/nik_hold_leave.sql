update nik_hold set state = 'leaving' where tenant = $1 and nik_index = $2
