select kind, name, name_en, traits from org_kind where tenant = $1 order by kind
