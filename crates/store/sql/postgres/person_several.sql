with wanted as materialized (
    -- Apart from the join: who may see a row is asked before any cast, which would hide the key.
    select decode(item, 'hex') as item
    from jsonb_array_elements_text(cast($1 as text)::jsonb) as given (item)
)
select
    p.id, k.master_version, k.wrapped, p.nik, p.no_kk, p.name, p.birth, p.birth_place, p.sex,
    p.address, p.place, p.occupation, p.phone, p.mother
from wanted
join person as p on p.tenant = $2 and p.id = wanted.item
left join record_key as k on k.tenant = p.tenant and k.id = p.id
