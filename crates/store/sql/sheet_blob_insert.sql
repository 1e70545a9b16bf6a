insert into sheet_blob (tenant, sheet, content) values ($1, $2, $3)
