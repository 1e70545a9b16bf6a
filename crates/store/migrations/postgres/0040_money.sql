-- Why: what was let pass when a month was closed stays said.
-- Step: expand.

create trigger period_waiver_no_change before update or delete on period_waiver
for each statement execute function refuse_change('period_waiver_immutable');
