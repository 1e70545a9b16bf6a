select k.master_version, k.wrapped, b.content
from sheet_blob as b
left join record_key as k on k.tenant = b.tenant and k.id = b.sheet
where b.tenant = $1 and b.sheet = $2
