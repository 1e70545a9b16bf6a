insert into benefit_claim_person (
    tenant, claim, person_no, relation, paid_burial, disagrees, details
) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (tenant, claim, person_no) do update set relation = excluded.relation, paid_burial = excluded.paid_burial, disagrees = excluded.disagrees, details = excluded.details
