select l.role, l.owner, l.code, l.name, l.note
from ledger_chart_line as l
where l.tenant = $1 and l.chart = $2
order by l.role, l.owner
