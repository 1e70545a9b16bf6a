insert into card_place (tenant, card, year, place) values ($1, $2, $3, $4)
