select act
from change_mark
where tenant = $1 and table_name in ('org', 'org_profile', 'programme', 'user_account') and act >= $2
limit 1
