-- A draft of a later month gives back what a nearer bill can take off.
select r.transfer, r.membership, r.person, r.month, r.rupiah
from contribution_recovery as r
left join bill_credit as c on c.tenant = r.tenant and c.recovery = r.transfer
left join bill as b on b.tenant = c.tenant and b.id = c.bill
where r.tenant = $1 and r.programme = $2 and r.undone_at_ms is null
    and (c.bill is null or c.bill = $3 or (b.state = 'draft' and b.month > $4))
order by r.month, r.transfer
