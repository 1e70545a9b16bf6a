insert into duplicate_question (tenant, pair, place, asked_by, asked_at_ms, answer)
values ($1, $2, $3, $4, $5, $6)
on conflict (tenant, pair, place) do update set
    asked_by = excluded.asked_by, asked_at_ms = excluded.asked_at_ms, answer = excluded.answer
