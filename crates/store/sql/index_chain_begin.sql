insert into index_chain (tenant, steps)
select cast($1 as bigint), coalesce(max(steps), 0) from index_chain where true
on conflict do nothing
