-- What nobody has settled of what else came under the numbers of the records between two of them.
select c.record, c.content
from field_record as r
cross join field_conflict as c
where r.tenant = $1 and r.received_at_ms between $2 and $3
    and (r.received_at_ms > $2 or r.id >= $4)
    and (r.received_at_ms < $3 or r.id <= $5)
    and c.tenant = r.tenant and c.record = r.id and c.settled_at_ms is null
order by c.record, c.received_at_ms, c.content
