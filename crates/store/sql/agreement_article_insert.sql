insert into agreement_article (
    tenant, agreement, version, ordinal, heading, body, duties_of, duties_kind
) values ($1, $2, $3, $4, $5, $6, $7, $8)
