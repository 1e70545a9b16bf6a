select payung_open_month($1, $2)
