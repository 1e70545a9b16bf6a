select coalesce(current_setting($1, true), '')
