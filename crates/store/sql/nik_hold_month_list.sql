select month from nik_hold where tenant = $1
union
select month from bill where tenant = $1
order by month
