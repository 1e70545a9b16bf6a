with wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select decode(item, 'hex') as item
    from json_array_elements_text(cast($1 as text)::json) as given (item)
)
select wanted.item,
    cast((
        select coalesce(sum(i.monthly), 0)
        from membership as m
        join proposal_item as i
            on i.tenant = m.tenant and i.person = m.person and i.proposal = m.proposal
        where m.tenant = $2 and m.person = wanted.item and m.last_month >= $3 and i.waiting = 0
    ) as bigint),
    cast((
        select coalesce(sum(t.amount), 0)
        from (
            select distinct c.tenant, c.transfer
            from covered_month as c
            where c.tenant = $2 and c.person = wanted.item
        ) as paid
        join transfer as t on t.tenant = paid.tenant and t.id = paid.transfer
    ) as bigint)
from wanted
