insert into scholarship_step (
    tenant, school_year, step_no, step, state_before, state_after, day, class, rupiah, cause,
    reference, made_by, maker, at_ms
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
