select region, work, sex, age, "month", sum(people) as people, sum(rupiah) as rupiah
from (
  select region, work, sex, age, unnest({months_of}(months)) as "month", people, rupiah
  from (
    select
      place / {divisor} as region, work, sex, age, months,
      count(*) as people, sum(rupiah) as rupiah
    from cover
    where year = {year} and scheme = {scheme}
    group by place / {divisor}, work, sex, age, months
  ) as masks
) as unfolded
group by region, work, sex, age, "month"
order by region, work, sex, age, "month"
