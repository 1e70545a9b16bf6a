-- Why: what was let pass when a month was closed stays said.
-- Step: expand.

create trigger period_gap_no_change before update or delete on period_gap
for each statement execute function refuse_change('period_gap_immutable');
