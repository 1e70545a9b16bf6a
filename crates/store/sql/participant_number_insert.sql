insert into participant_number (tenant, person, number_index, number, reply, recorded_at_ms)
values ($1, $2, $3, $4, $5, $6)
