select count($1)
