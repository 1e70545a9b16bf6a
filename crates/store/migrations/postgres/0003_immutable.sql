-- Why: what happened stays: transfers, their resolutions, approvals and audit lines are never changed.
-- Step: expand.

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%', tg_argv[0];
end;
$$;

create trigger transfer_no_change before update or delete on transfer
for each statement execute function refuse_change('transfer_immutable');

create trigger transfer_resolution_no_change before update or delete on transfer_resolution
for each statement execute function refuse_change('transfer_resolution_immutable');

create trigger audit_no_change before update or delete on audit
for each statement execute function refuse_change('audit_immutable');

create trigger approval_no_change before update or delete on approval
for each statement execute function refuse_change('approval_immutable');
