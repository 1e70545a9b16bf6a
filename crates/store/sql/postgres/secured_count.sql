select count(*) from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
    and relrowsecurity and relforcerowsecurity
