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
where tenant = $1
    and kind in ('revision', 'allocation', 'voucher', 'chart', 'reopening')
    and content <> ''
union all
select 'voucher', id, null, 0, reason from voucher where tenant = $1 and reason <> ''
union all
select 'period', id, null, 0, reason from period_step where tenant = $1 and reason <> ''
union all
select 'chart', id, null, 0, reason from ledger_chart where tenant = $1 and reason <> ''
union all
select 'line', line, null, 0, words from audit_reason where tenant = $1
limit $2
