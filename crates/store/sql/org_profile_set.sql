insert into org_profile (
    tenant, org, kind, parent, closed_on, address, officer, office, phone, email
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (tenant, org) do update set
    kind = excluded.kind, parent = excluded.parent, closed_on = excluded.closed_on,
    address = excluded.address, officer = excluded.officer, office = excluded.office,
    phone = excluded.phone, email = excluded.email
