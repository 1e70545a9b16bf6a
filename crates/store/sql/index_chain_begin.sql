insert into index_chain (tenant, steps, newest)
select cast($1 as bigint), coalesce(max(steps), 0), coalesce((
    select c.newest from index_chain as c order by c.steps desc, c.tenant limit 1
), '')
from index_chain where true
on conflict do nothing
