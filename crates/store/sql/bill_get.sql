select b.id, b.programme, b.month, b.state, b.revision, b.rulebook, b.people, b.total,
    coalesce(b.credit, 0),
    b.together, i.issued_on, i.due
from bill as b
left join bill_issue as i on i.tenant = b.tenant and i.bill = b.id and i.revision = b.revision
where b.tenant = $1 and b.id = $2
