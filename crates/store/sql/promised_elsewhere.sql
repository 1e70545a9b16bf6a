select l.membership, l.person, l.scheme, b.programme, b.revision
from bill as b
join bill_line as l on l.tenant = b.tenant and l.bill = b.id and l.month = $1
join membership as m on m.tenant = l.tenant and m.person = l.person
where b.tenant = $2 and m.programme = $3 and b.month = $1 and b.state = 'final'
    and b.programme <> m.programme
order by l.person, l.scheme
