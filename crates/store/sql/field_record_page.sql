select
    r.id, r.agent, r.device, r.content, r.place, r.consent, r.apart, r.device_at_ms, r.at_ms,
    r.received_at_ms, r.sheet, r.row_no, r.closed_at_ms, s.state, i.outcome, i.person,
    p.size_bytes, r.details, k.master_version, k.wrapped
from field_record as r
join sheet as s on s.tenant = r.tenant and s.id = r.sheet
left join intake_row as i
    on i.tenant = r.tenant and i.sheet = r.sheet and i.sheet_index = 0 and i.row_no = r.row_no
left join field_photo as p on p.tenant = r.tenant and p.record = r.id
left join record_key as k on k.tenant = r.tenant and k.id = r.id
where r.tenant = $1 and (r.received_at_ms < $2 or (r.received_at_ms = $2 and r.id < $3))
order by r.received_at_ms desc, r.id desc
limit $4
