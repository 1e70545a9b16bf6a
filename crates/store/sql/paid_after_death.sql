select distinct t.document, c.person, c.month, d.died, c.transfer, t.amount
from (
    -- Whoever died under a number of a record that was merged died.
    select q.tenant, coalesce(o.root, q.id) as person, min(coalesce(n.event, l.as_of)) / 100 as died
    from reference_list as l
    join reference_entry as n on n.tenant = l.tenant and n.list = l.id
    join person as q on q.tenant = n.tenant and q.nik_index = n.nik_index
    left join person_merge as o on o.tenant = q.tenant and o.away = q.id
    where l.kind = $1 and l.tenant = $2
        and not exists (
            select 1 from life_proof as v
            where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
        )
    group by q.tenant, coalesce(o.root, q.id)
) as d
join covered_month as c on c.tenant = d.tenant and c.person = d.person
join transfer as t on t.tenant = c.tenant and t.id = c.transfer
where c.programme = $3 and c.month > d.died and t.document_kind = 'membership'
    -- What was owed back and is so no more is not found a second time.
    and not exists (
        select 1 from contribution_recovery as r
        where r.tenant = c.tenant and r.contribution = c.transfer
    )
order by c.month, c.transfer
