update bpjs_receipt set withdrawn_by = $1, withdrawn_at_ms = $2
where tenant = $3 and bill = $4 and number = $5 and withdrawn_at_ms is null
