select nik_month_others($1, $2)
