select found from nik_month_others($1, $2) as found where found > 0
