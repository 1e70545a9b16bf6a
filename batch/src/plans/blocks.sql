select p['l'] as l, p['r'] as r, p['crowd'] as crowd
from (
  select unnest(pairs) as p
  from (
    select {block_pairs}("key", "at", {people}) as pairs
    from (
      select tenant * 4294967296 + "row" as "at", unnest({block_keys}({normalise}({cells}))) as "key"
      from people
    ) as entries
    group by "key" % {buckets}
  ) as blocks
) as pairs
