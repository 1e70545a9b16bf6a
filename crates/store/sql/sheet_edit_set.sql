insert into sheet_edit (
    tenant, sheet, sheet_index, row_no, field, content, edited_by, edited_at_ms, from_register
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (tenant, sheet, sheet_index, row_no, field) do update
set content = excluded.content, edited_by = excluded.edited_by,
    edited_at_ms = excluded.edited_at_ms, from_register = excluded.from_register
