
-- Why: what was told is not told otherwise afterwards.

create trigger outbox_event_no_change before update or delete on outbox_event
for each statement execute function refuse_change('outbox_event_immutable');
