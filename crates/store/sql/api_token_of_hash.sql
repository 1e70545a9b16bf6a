select t.id, t.holder, t.role_grant, t.name, t.operations, t.made_at_ms, t.ends_at_ms, t.ended_at_ms, u.used_at_ms
from api_token t left join api_token_use u on u.tenant = t.tenant and u.api_token = t.id
where t.tenant = $1 and t.token = $2
