insert into snap_request (tenant, partner, day, external_id, service, body, status, answer, said)
values ($1, $2, $3, $4, $5, $6, $7, '', $8)
