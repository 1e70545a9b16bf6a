insert into person_merge (tenant, away, kept, root, pair, merged_at_ms, moves)
values ($1, $2, $3, $4, $5, $6, $7)
