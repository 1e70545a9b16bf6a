select d.annex, d.number, d.day
from annex_decree as d
where d.tenant = $1 and d.programme = $2
order by d.noted_at_ms, d.id
