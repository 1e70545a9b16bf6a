-- Why: what differs from a record is taken in with the consent and the answer that came with it, and records are
-- listed a page at a time, the newest first.
-- Step: expand.

alter table field_conflict add column consent text constraint field_conflict_consent_known check (consent in ('spoken', 'signed', 'thumb', 'chat'));

alter table field_conflict add column apart integer constraint field_conflict_apart_known check (apart in (0, 1));

create index field_record_came on field_record (tenant, received_at_ms, id);
