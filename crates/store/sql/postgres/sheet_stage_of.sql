with wanted as materialized (
    select decode(item, 'hex') as item
    from jsonb_array_elements_text(cast($1 as text)::jsonb) as given (item)
)
select
    s.sheet, s.revision, s.rows_read, s.columns_said, s.tables_left_out, s.decided_by,
    s.decided_at_ms, s.rows_ready, s.rows_to_fix, s.rows_warned, s.rows_repeated, s.rows_refused
from wanted
join sheet_stage as s on s.tenant = $2 and s.sheet = wanted.item
