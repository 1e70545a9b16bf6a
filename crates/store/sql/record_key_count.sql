select master_version, count(*)
from record_key
where tenant = $1
group by master_version
order by master_version
