select id, holder, credential, public_key, sign_count, name, made_at_ms, used_at_ms
from passkey where tenant = $1 and holder = $2 order by made_at_ms, id
