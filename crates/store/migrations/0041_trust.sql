-- Why: how many files with the identity of many somebody took out in a day is asked before each.
-- Step: expand.

create index audit_export on audit (tenant, actor, at_ms) where act = 'people-exported';
