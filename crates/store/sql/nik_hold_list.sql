select nik_index, turn, state from nik_hold where tenant = $1 and month = $2
