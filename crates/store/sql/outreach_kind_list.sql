select of_what, kind, name, name_en, traits from outreach_kind where tenant = $1 order by of_what, kind
