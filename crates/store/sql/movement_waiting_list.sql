-- Who waits behind the approved lists of a programme, with the day of birth and whether the register
-- still accepts them.
select
    i.person, k.master_version, k.wrapped, i.proposal, i.rank, i.name, i.nik, i.place, i.occupation,
    i.sector, i.monthly, i.committed, p.birth,
    cast(case when m.id is not null then 1 else 0 end as bigint) as is_member,
    cast(case when exists (
        select 1 from enlistment as e
        where e.tenant = i.tenant and e.programme = q.programme and e.person = i.person
    ) then 1 else 0 end as bigint) as is_accepted,
    cast(case when exists (
        select 1 from reference_list as l
        join reference_entry as n on n.tenant = l.tenant and n.list = l.id
        where l.tenant = $1 and l.kind = $2 and n.nik_index = p.nik_index
            and not exists (
                select 1 from life_proof as v
                where v.tenant = n.tenant and v.nik_index = n.nik_index and v.as_of >= l.as_of
            )
    ) then 1 else 0 end as bigint) as is_dead
from proposal_item as i
join proposal as q on q.tenant = i.tenant and q.id = i.proposal
join approval as a on a.tenant = q.tenant and a.proposal = q.id
join person as p on p.tenant = i.tenant and p.id = i.person
left join record_key as k on k.tenant = i.tenant and k.id = i.person
left join membership as m
    on m.tenant = i.tenant and m.programme = q.programme and m.person = i.person
where i.tenant = $1 and q.programme = $3 and i.waiting = 1 and p.nik_index is not null
order by a.approved_at_ms, i.proposal, i.rank
