select r.rolname::text
from pg_class as c
cross join lateral aclexplode(c.relacl) as given
join pg_roles as r on r.oid = given.grantee
where c.oid = 'public.pemda'::regclass and given.privilege_type = 'INSERT'
    and given.grantee <> c.relowner
order by r.rolname
