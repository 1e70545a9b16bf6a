insert into ledger_chart_line (tenant, chart, role, owner, code, name, note)
values ($1, $2, $3, $4, $5, $6, $7)
