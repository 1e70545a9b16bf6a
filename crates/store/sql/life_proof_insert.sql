insert into life_proof (tenant, nik_index, as_of, made_by, at_ms)
select q.tenant, q.nik_index, cast($1 as bigint), u.id, cast($2 as bigint)
from person as q
join user_account as u on u.tenant = q.tenant and u.id = $3
where q.tenant = $4 and q.nik_index is not null and q.id in (
    select p.id from person as p where p.tenant = $4 and p.id = $5
    union all
    select o.away from person_merge as o where o.tenant = $4 and o.root = $5
)
on conflict do nothing
