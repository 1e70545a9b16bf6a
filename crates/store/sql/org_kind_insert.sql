insert into org_kind (tenant, kind, name, name_en, traits) values ($1, $2, $3, $4, $5)
