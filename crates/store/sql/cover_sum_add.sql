insert into cover_sum (
    tenant, month, place, occupation, sex, age_from, programme, scheme, known_day, people
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (tenant, month, place, occupation, sex, age_from, programme, scheme, known_day)
do update set people = cover_sum.people + excluded.people
