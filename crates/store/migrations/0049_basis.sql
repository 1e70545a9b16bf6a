-- Why: a change of an approved list rests on a decree or a letter; its number and day belong to the change, and
-- to the annex that tells of it.
-- Step: expand.

alter table movement add column basis_number text;
alter table movement add column basis_day integer;
