-- Why: see the table of the same name; every act is a line of the log, and a line by another chain is refused.
-- Step: contract. As there.

insert into index_chain (tenant, steps) select tenant, 0 from pemda where true;

-- A program that does not know of the chain has no such function.
create trigger audit_index_chain before insert on audit
when payung_index_steps() <> (select coalesce(max(steps), 0) from index_chain)
begin
    select raise(abort, 'index_key_older');
end;
