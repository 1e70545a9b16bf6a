-- Why: who is on lists of several programmes may do another work on each; the register keeps one work of a person, so
-- that the kinds of work that lists name together could not be counted. Rows of before name none.
-- Step: expand.

alter table intake_row add column occupation text;
