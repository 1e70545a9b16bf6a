-- Why: what was let pass when a month was closed stays said.
-- Step: expand.

create trigger period_gap_no_update before update on period_gap
begin
    select raise(abort, 'period_gap_immutable');
end;

create trigger period_gap_no_delete before delete on period_gap
begin
    select raise(abort, 'period_gap_immutable');
end;
