-- A device that does not count always says zero.
update passkey set sign_count = $1, used_at_ms = $2
where tenant = $3 and credential = $4 and (sign_count < $1 or (sign_count = 0 and $1 = 0))
