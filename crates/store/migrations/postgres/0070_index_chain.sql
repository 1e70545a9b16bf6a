-- Why: see the table of the same name; every act is a line of the log, and a line by another chain is refused.
-- Step: contract. As there.

-- Whoever holds nobody yet is noted when it is opened.
insert into index_chain (tenant, steps, newest) select distinct tenant, 0, '' from nik_claim;

-- A program that does not know of the chain says nothing, and counts as going by none.
create function refuse_other_chain() returns trigger language plpgsql as $$
begin
    if coalesce(nullif(current_setting('payung.index_steps', true), ''), '0:') <> coalesce((
        select steps || ':' || newest from index_chain order by steps desc, tenant limit 1
    ), '0:') then
        raise exception 'index_key_older';
    end if;
    return null;
end;
$$;

create trigger audit_index_chain before insert on audit
for each statement execute function refuse_other_chain();
