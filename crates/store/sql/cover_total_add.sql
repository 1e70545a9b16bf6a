insert into cover_total (tenant, of_what, month, part, programme, scheme, known_day, people)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (tenant, of_what, month, part, programme, scheme, known_day)
do update set people = cover_total.people + excluded.people
