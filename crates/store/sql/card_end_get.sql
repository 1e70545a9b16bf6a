select cause, ended_by, ended_at_ms from card_end where tenant = $1 and card = $2
