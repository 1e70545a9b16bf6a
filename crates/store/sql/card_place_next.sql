select coalesce(max(place) + 1, 0) from card_place where tenant = $1 and year = $2
