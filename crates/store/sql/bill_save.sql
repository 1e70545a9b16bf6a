insert into bill (
    tenant, id, programme, month, state, revision, rulebook, people, total, credit, together
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (tenant, id) do update set
    state = excluded.state, revision = excluded.revision, rulebook = excluded.rulebook,
    people = excluded.people, total = excluded.total, credit = excluded.credit,
    together = excluded.together
