update card_handover set state = $1, accepted = $2, steps = $3 where tenant = $4 and id = $5
