select r.transfer, r.contribution, r.membership, r.person, r.month, r.died, r.rupiah,
    r.recovered_on, b.month, b.state
from contribution_recovery as r
left join bill_credit as c on c.tenant = r.tenant and c.recovery = r.transfer
left join bill as b on b.tenant = c.tenant and b.id = c.bill
where r.tenant = $1 and r.programme = $2 and r.undone_at_ms is null
order by r.month, r.transfer
