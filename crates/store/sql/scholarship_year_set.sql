insert into scholarship_year (
    tenant, id, claim, person_no, school_year, class, state, steps, computed, paid, cause
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (tenant, id) do update set
    class = excluded.class, state = excluded.state, steps = excluded.steps,
    computed = excluded.computed, paid = excluded.paid, cause = excluded.cause
