-- Lists that were approved before annexes were numbered, in the order of their approval.
select a.proposal, a.checker, a.approved_at_ms
from approval as a
join proposal as q on q.tenant = a.tenant and q.id = a.proposal
where a.tenant = $1 and q.programme = $2
    and not exists (
        select 1 from annex as x where x.tenant = a.tenant and x.proposal = a.proposal
    )
order by a.approved_at_ms, a.proposal
