select coalesce(max(steps), 0), coalesce(max(case when tenant = $1 then steps end), max(steps), 0),
    coalesce((select c.newest from index_chain as c order by c.steps desc, c.tenant limit 1), '')
from index_chain
