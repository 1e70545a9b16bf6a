select l.membership, l.person, l.scheme, b.programme, b.revision
from bill as b
join bill_line as l on l.tenant = b.tenant and l.bill = b.id
join membership as m on m.tenant = l.tenant and m.person = l.person
where b.tenant = $1 and m.programme = $2 and b.month = $3 and b.state = 'final'
    and b.programme <> m.programme
order by l.person, l.scheme
