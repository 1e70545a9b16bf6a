select place, count(*) as count
from (
  select unnest({value_places}({normalise}({cells}), cast({people} as bigint))) as place
  from people
) as places
group by place
