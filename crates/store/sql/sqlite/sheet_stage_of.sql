select
    s.sheet, s.revision, s.rows_read, s.columns_said, s.tables_left_out, s.decided_by,
    s.decided_at_ms, s.rows_ready, s.rows_to_fix, s.rows_warned, s.rows_repeated, s.rows_refused
from json_each($1) as wanted
cross join sheet_stage as s on s.tenant = $2 and s.sheet = unhex(wanted.value)
