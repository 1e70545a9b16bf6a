select exists (select 1 from nik_month where month = $2 and tenant <> $1)
