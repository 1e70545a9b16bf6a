insert into sheet_outcome (tenant, sheet, outcome, superseded, found)
values ($1, $2, $3, $4, $5)
