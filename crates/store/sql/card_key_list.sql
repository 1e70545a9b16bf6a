select id, year, public, made_at_ms from card_key where tenant = $1 order by year
