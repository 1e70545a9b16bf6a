select r.transfer, r.membership, r.person, r.month, r.rupiah
from contribution_recovery as r
left join bill_credit as c on c.tenant = r.tenant and c.recovery = r.transfer
where r.tenant = $1 and r.programme = $2 and (c.bill is null or c.bill = $3)
order by r.month, r.transfer
