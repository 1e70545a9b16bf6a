delete from reference_entry where tenant = $1 and list = $2
