update covered_month_past set person = $1
where tenant = $2 and person = $3 and transfer in (
    select t.id from transfer as t where t.tenant = $4 and t.document_kind = 'membership' and t.document = $5
)
