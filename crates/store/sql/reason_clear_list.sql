select 'verdict' as what, task as record, checker as checker, 0 as version, reason as words
from task_verdict
where tenant = $1 and reason <> ''
union all
select 'list', id, null, 0, reason from proposal where tenant = $1 and reason <> ''
union all
select 'grant', id, null, 0, reason from role_grant where tenant = $1 and reason <> ''
union all
select 'revision', id, null, 0, reason from fund_revision where tenant = $1 and reason <> ''
union all
select 'version', agreement, null, version, reason
from agreement_version
where tenant = $1 and reason <> ''
union all
select 'content', id, null, 0, content
from task
where tenant = $1 and kind = 'revision' and content <> ''
union all
select 'line', line, null, 0, words from audit_reason where tenant = $1
limit $2
