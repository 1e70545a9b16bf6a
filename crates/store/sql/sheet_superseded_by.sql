select distinct sheet from intake_row where tenant = $1 and superseded_by = $2 order by sheet
