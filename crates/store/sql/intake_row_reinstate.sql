update intake_row set superseded_by = null where tenant = $1 and superseded_by = $2
