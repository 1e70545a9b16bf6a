select count(*) from pg_tables where schemaname = current_schema() and tablename = cast($1 as text)
