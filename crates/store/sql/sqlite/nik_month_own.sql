select nik_index, month, turn
from nik_month
where tenant = $1 and until_ms < cast(unixepoch('subsec') * 1000 as integer)
