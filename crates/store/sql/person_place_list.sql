with recursive seen (place) as (
    select min(place) from person where tenant = $1
    union all
    select (select min(p.place) from person as p where p.tenant = $1 and p.place > seen.place)
    from seen
    where seen.place is not null
)
select place from seen where place is not null order by place
