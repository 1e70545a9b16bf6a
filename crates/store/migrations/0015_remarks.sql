-- Why: a bank's remark often names whoever paid, so it is sealed as other names are; and somebody
-- who is erased can be taken off the lists of other offices.
-- Step: contract. An older program would read empty remarks and write new ones in the clear.

-- Sealed under a key of the statement. `reference` stays empty from now on: what it holds of
-- earlier statements is sealed and taken out of it by the program, which has the keys.
alter table statement_line add column remark blob;

create index statement_line_unsealed on statement_line (tenant, id) where remark is null;

-- Which lists name a number.
create index reference_entry_nik on reference_entry (tenant, nik_index);
