select month from nik_hold where tenant = $1
union
select month from bill where tenant = $1 and state <> 'draft'
order by month
