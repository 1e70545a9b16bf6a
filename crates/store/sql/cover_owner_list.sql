-- Whose membership paid for each month that a record is covered in.
select m.person, c.scheme, c.month, c.programme, c.transfer, c.recorded_at_ms, c.place,
    c.occupation, c.sex, c.age_from
from covered_month as c
join transfer as t on t.tenant = c.tenant and t.id = c.transfer
join membership as m on m.tenant = t.tenant and m.id = t.document
where c.tenant = $1 and c.person = $2 and t.document_kind = 'membership'
order by c.month, c.scheme
