select id, kind, as_of from reference_list where tenant = $1 order by kind, as_of, id
