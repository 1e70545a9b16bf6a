select id, name, place, programme, territory, day, made_by, made_at_ms, closed_at_ms
from card_day
where tenant = $1 and id = $2
