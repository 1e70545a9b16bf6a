update bpjs_receipt
set amount = $1, day = $2, recorded_by = $3, recorded_at_ms = $4,
    withdrawn_by = null, withdrawn_at_ms = null
where tenant = $5 and bill = $6 and number = $7 and withdrawn_at_ms is not null
