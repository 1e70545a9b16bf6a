select cast(coalesce(nullif(current_setting($1, true), ''), '0') as bigint)
