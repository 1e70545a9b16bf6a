with wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select decode(item, 'hex') as item
    from jsonb_array_elements_text(cast($1 as text)::jsonb) as given (item)
)
select k.id, k.master_version, k.wrapped
from wanted
join record_key as k on k.tenant = $2 and k.id = wanted.item
