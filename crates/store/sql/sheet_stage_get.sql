select
    sheet, revision, rows_read, columns_said, tables_left_out, decided_by, decided_at_ms,
    rows_ready, rows_to_fix, rows_warned, rows_repeated, rows_refused
from sheet_stage
where tenant = $1 and sheet = $2
