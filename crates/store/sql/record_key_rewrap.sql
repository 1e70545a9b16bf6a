update record_key set master_version = $1, wrapped = $2
where tenant = $3 and id = $4 and master_version = $5
