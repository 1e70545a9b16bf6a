select a.id, a.code, a.name, a.bank, a.fund, a.layout, a.number, k.master_version, k.wrapped
from bank_account as a
left join record_key as k on k.tenant = a.tenant and k.id = a.id
where a.tenant = $1
order by a.code
