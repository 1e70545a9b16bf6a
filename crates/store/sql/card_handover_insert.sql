insert into card_handover (
    tenant, id, card_day, card, number, device, recipient, proof, state, accepted, trouble, steps,
    told_at_ms, at_ms, received_at_ms, handed_by
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
