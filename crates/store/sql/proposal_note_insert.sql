insert into proposal_note (
    tenant, proposal, note_no, person, reason, as_of, other_programme, overlap_rule
) values ($1, $2, $3, $4, $5, $6, $7, $8)
