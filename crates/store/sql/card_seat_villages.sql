select distinct village from card_seat where tenant = $1 and card_day = $2 order by village
