with records as (
  select tenant * 4294967296 + "row" as "at", tenant, id, {normalise}({cells}) as record
  from people
),
pairs as (
  select l, r from blocks where crowd = 0
  union
  select p['l'] as l, p['r'] as r
  from (
    select unnest(pairs) as p
    from (
      select {neighbours}(records.record, records."at", {people}) as pairs
      from blocks
      inner join records on records."at" = blocks.l
      where blocks.crowd <> 0
      group by blocks.crowd
    ) as crowds
  ) as beside
),
scored as (
  select
    one."at" as l, other."at" as r,
    one.tenant as left_tenant, one.id as left_id,
    other.tenant as right_tenant, other.id as right_id,
    {score}(one.record, other.record, {counts}) as score
  from pairs
  inner join records as one on one."at" = pairs.l
  inner join records as other on other."at" = pairs.r
)
select left_tenant, left_id, right_tenant, right_id, score
from scored
where score is not null
order by l, r
