select
    (
        select count(*) from membership as m
        where m.tenant = $1 and m.person = $2 and m.last_month >= $3
    ),
    (
        select count(*) from proposal_item as i
        join proposal as q on q.tenant = i.tenant and q.id = i.proposal
        where i.tenant = $1 and i.person = $2 and q.state in ('draft', 'proposed')
    ) + (
        select count(*) from movement_item as i
        join movement as m on m.tenant = i.tenant and m.id = i.movement
        where i.tenant = $1 and i.person = $2 and m.state = 'proposed'
    )
