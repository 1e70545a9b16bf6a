insert into transfer_resolution (tenant, pending, resolution) values ($1, $2, $3)
