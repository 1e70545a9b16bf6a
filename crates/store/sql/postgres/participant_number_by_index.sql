with wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select decode(item, 'hex') as item
    from jsonb_array_elements_text(cast($1 as text)::jsonb) as given (item)
)
select n.number_index, n.person
from wanted
join participant_number as n on n.tenant = $2 and n.number_index = wanted.item
