select
    p.id, k.master_version, k.wrapped, p.name, p.nik, p.place, p.occupation, p.birth,
    s.received_at_ms, r.facility
from enlistment as e
join person as p on p.tenant = e.tenant and p.id = e.person
join sheet as s on s.tenant = e.tenant and s.id = e.sheet
join intake_row as r
    on r.tenant = e.tenant and r.sheet = e.sheet and r.sheet_index = e.sheet_index
        and r.row_no = e.row_no
left join record_key as k on k.tenant = p.tenant and k.id = p.id
where e.tenant = $1 and e.programme = $2 and p.nik_index is not null
    and not exists (
        select 1 from membership as m
        where m.tenant = e.tenant and m.programme = e.programme and m.person = e.person
    )
    and not exists (
        select 1 from proposal_item as i
        join proposal as q on q.tenant = i.tenant and q.id = i.proposal
        where i.tenant = e.tenant and i.person = e.person and i.waiting = 0
            and q.programme = e.programme and q.state in ('draft', 'proposed')
    )
order by p.id
