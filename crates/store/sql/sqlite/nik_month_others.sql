select 1 from nik_month where tenant <> $1 and month = $2 limit 1
