select coalesce(max(steps), 0), coalesce(max(case when tenant = $1 then steps end), max(steps), 0)
from index_chain
