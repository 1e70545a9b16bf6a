select serial, secret, made_at_ms, ends_at_ms
from subscriber_secret
where tenant = $1 and subscriber = $2
order by serial desc
