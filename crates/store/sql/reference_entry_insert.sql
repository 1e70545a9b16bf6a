insert into reference_entry (tenant, list, nik_index, line_no, name, birth, event, decile)
values ($1, $2, $3, $4, $5, $6, $7, $8)
