select kept, root, pair, merged_at_ms, moves from person_merge where tenant = $1 and away = $2
