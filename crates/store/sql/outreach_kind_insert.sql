insert into outreach_kind (tenant, of_what, kind, name, name_en, traits)
values ($1, $2, $3, $4, $5, $6)
