select table_name, digest from state_digest where tenant = $1
