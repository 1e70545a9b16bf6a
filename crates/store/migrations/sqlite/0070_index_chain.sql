-- Why: see the table of the same name; every act is a line of the log, and a line by another chain is refused.
-- Step: contract. As there.

insert into index_chain (tenant, steps, newest) select tenant, 0, '' from pemda where true;

-- A program that does not know of the chain has no such function.
create trigger audit_index_chain before insert on audit
when payung_index_steps() <> coalesce((
    select steps || ':' || newest from index_chain order by steps desc, tenant limit 1
), '0:')
begin
    select raise(abort, 'index_key_older');
end;
