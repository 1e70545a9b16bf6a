with held as materialized (
    select nik_index from nik_held_twice() as nik_index
)
select p.id
from held
join person as p on p.tenant = $1 and p.nik_index = held.nik_index
order by p.id
