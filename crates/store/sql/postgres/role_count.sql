select count(*) from pg_roles
where rolname = cast($1 as text) and not rolsuper and not rolbypassrls
