select found.membership, found.person, cast(sum(found.before_rupiah) as bigint),
    cast(sum(found.after_rupiah) as bigint)
from (
    select o.membership, o.person, o.rupiah as before_rupiah, 0 as after_rupiah
    from bill_line as o
    where o.tenant = $1 and o.bill = $2 and o.month = $3
    union all
    select n.membership, n.person, 0 as before_rupiah, n.rupiah as after_rupiah
    from bill_line as n
    where n.tenant = $1 and n.bill = $4 and n.month = $5
) as found
group by found.membership, found.person
having sum(found.before_rupiah) <> sum(found.after_rupiah)
order by found.membership
