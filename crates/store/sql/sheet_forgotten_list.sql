select id
from sheet
where tenant = $1
    and not exists (select 1 from record_key where record_key.tenant = sheet.tenant and record_key.id = sheet.id)
order by id
