select id, statement, reference
from statement_line
where tenant = $1 and remark is null
order by id
limit $2
