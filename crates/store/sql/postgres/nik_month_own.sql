select held, held_month, held_turn from nik_month_own($1)
