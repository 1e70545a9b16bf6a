insert into person_apart (tenant, person, sheet) values ($1, $2, $3)
on conflict (tenant, person) do nothing
