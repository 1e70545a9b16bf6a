-- Why: a number that the register knows and the sender did not is put into a row by whoever says that
-- both are one person; it must not go back to the sender with the file.
-- Step: expand.

alter table sheet_edit add column from_register integer;
