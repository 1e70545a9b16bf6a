with wanted as materialized (
    select decode(item, 'hex') as item
    from jsonb_array_elements_text(cast($1 as text)::jsonb) as given (item)
)
select p.place
from wanted
join person as p on p.tenant = $2 and p.id = wanted.item
