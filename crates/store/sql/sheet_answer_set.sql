insert into sheet_answer (
    tenant, sheet, sheet_index, row_no, code, answer, reason, answered_by, answered_at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (tenant, sheet, sheet_index, row_no, code) do update
set answer = excluded.answer, reason = excluded.reason, answered_by = excluded.answered_by,
    answered_at_ms = excluded.answered_at_ms
