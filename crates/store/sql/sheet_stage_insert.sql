insert into sheet_stage (
    tenant, sheet, revision, rows_read, columns_said, tables_left_out, decided_by, decided_at_ms,
    rows_ready, rows_to_fix, rows_warned, rows_repeated, rows_refused
) values ($1, $2, 1, $3, 0, '', null, null, null, null, null, null, null)
on conflict (tenant, sheet) do nothing
