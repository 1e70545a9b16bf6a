-- Why: what was let pass when a month was closed stays said.
-- Step: expand.

create trigger period_waiver_no_update before update on period_waiver
begin
    select raise(abort, 'period_waiver_immutable');
end;

create trigger period_waiver_no_delete before delete on period_waiver
begin
    select raise(abort, 'period_waiver_immutable');
end;
