select x.membership, x.person, cast(sum(x.before_rupiah) as bigint),
    cast(sum(x.after_rupiah) as bigint)
from (
    select o.membership, o.person, o.rupiah as before_rupiah, 0 as after_rupiah
    from bill_line as o
    where o.tenant = $1 and o.bill = $2 and o.month = $3
    union all
    select n.membership, n.person, 0 as before_rupiah, n.rupiah as after_rupiah
    from bill_line as n
    where n.tenant = $1 and n.bill = $4 and n.month = $5
) as x
group by x.membership, x.person
having sum(x.before_rupiah) <> sum(x.after_rupiah)
order by x.membership
