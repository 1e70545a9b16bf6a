delete from life_proof where tenant = $1 and nik_index = $2
