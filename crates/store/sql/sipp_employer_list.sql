select programme, territory, npp, name
from sipp_employer
where tenant = $1 and programme = $2
order by territory
