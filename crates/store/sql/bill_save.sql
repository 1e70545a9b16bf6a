insert into bill (tenant, id, programme, month, state, revision, rulebook, people, total)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (tenant, id) do update set
    state = excluded.state, revision = excluded.revision, rulebook = excluded.rulebook,
    people = excluded.people, total = excluded.total
