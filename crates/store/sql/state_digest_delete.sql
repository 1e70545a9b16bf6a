delete from state_digest where tenant = $1 and table_name = $2
