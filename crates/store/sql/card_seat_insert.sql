insert into card_seat (tenant, card_day, seat, card, village) values ($1, $2, $3, $4, $5)
