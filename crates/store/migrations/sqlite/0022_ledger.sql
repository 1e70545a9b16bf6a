-- Why: what stood at the end of a month stays said. (That nothing is posted into a closed month is asked
-- where transfers are written: a trigger would make this engine keep a journal of every single row.)
-- Step: expand.

create trigger transfer_origin_no_update before update on transfer_origin
begin
    select raise(abort, 'transfer_origin_immutable');
end;

create trigger transfer_origin_no_delete before delete on transfer_origin
begin
    select raise(abort, 'transfer_origin_immutable');
end;

create trigger period_total_no_update before update on period_total
begin
    select raise(abort, 'period_total_immutable');
end;

create trigger period_total_no_delete before delete on period_total
begin
    select raise(abort, 'period_total_immutable');
end;
