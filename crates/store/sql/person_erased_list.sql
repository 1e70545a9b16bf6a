select id
from person
where tenant = $1
    and not exists (select 1 from record_key where record_key.tenant = person.tenant and record_key.id = person.id)
order by id
