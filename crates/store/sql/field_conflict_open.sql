select record, count(*) from field_conflict
where tenant = $1 and settled_at_ms is null
group by record
order by record
