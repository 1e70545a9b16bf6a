select 1
from (
    select array(
        select item from json_array_elements_text(cast($1 as text)::json) as given (item)
    ) as pairs
) as wanted
cross join lateral nik_month_bring_on($2, wanted.pairs)
