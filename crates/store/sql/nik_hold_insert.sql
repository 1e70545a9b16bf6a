insert into nik_hold (tenant, nik_index, month, turn, state) values ($1, $2, $3, $4, $5)
