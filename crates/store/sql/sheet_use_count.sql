select count(*)
from enlistment as e
where e.tenant = $1 and e.sheet = $2
    and exists (
        select 1 from proposal_item as i
        join proposal as q on q.tenant = i.tenant and q.id = i.proposal
        where i.tenant = e.tenant and i.person = e.person and i.waiting = 0
            and q.programme = e.programme and q.state in ('draft', 'proposed', 'approved')
    )
