delete from reference_entry where tenant = $1 and nik_index = $2
