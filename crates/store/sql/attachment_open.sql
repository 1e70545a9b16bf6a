select record, content
from attachment
where tenant = $1 and id = $2
