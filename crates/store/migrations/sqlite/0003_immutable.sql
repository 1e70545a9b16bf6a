-- Why: what happened stays: transfers, their resolutions, approvals and audit lines are never changed.
-- Step: expand.

create trigger transfer_no_update before update on transfer
begin
    select raise(abort, 'transfer_immutable');
end;

create trigger transfer_no_delete before delete on transfer
begin
    select raise(abort, 'transfer_immutable');
end;

create trigger transfer_resolution_no_update before update on transfer_resolution
begin
    select raise(abort, 'transfer_resolution_immutable');
end;

create trigger transfer_resolution_no_delete before delete on transfer_resolution
begin
    select raise(abort, 'transfer_resolution_immutable');
end;

create trigger audit_no_update before update on audit
begin
    select raise(abort, 'audit_immutable');
end;

create trigger audit_no_delete before delete on audit
begin
    select raise(abort, 'audit_immutable');
end;

create trigger approval_no_update before update on approval
begin
    select raise(abort, 'approval_immutable');
end;

create trigger approval_no_delete before delete on approval
begin
    select raise(abort, 'approval_immutable');
end;
