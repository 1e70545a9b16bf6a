insert into record_key (tenant, id, master_version, wrapped) values ($1, $2, $3, $4)
