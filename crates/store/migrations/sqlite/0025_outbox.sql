
-- Why: what was told is not told otherwise afterwards.

create trigger outbox_event_no_update before update on outbox_event
begin
    select raise(abort, 'outbox_event_immutable');
end;

create trigger outbox_event_no_delete before delete on outbox_event
begin
    select raise(abort, 'outbox_event_immutable');
end;
