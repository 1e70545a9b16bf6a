update card_day set closed_at_ms = $1 where tenant = $2 and id = $3
