select year, place from card_place where tenant = $1 and card = $2
