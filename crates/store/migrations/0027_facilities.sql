-- Why: a programme may be for people who work at facilities of an office; a row says at which one its
-- person works, and the list is made by that.
-- Step: expand.

-- The office, and kinds of its facilities, in the words in which people write it.
alter table programme add column facilities text;

alter table intake_row add column facility blob;

-- Of which record that stepped aside somebody's standing was, so that it goes back with the record.
alter table sipp_standing add column inherited_from blob;
