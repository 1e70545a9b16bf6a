select distinct sheet from intake_row where tenant = $1 and person = $2 order by sheet
