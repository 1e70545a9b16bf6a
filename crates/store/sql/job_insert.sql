insert into job (
    tenant, id, kind, subject, owner, state, step, done, total, code, detail,
    asked_at_ms, begun_at_ms, ended_at_ms, beat_at_ms, worker, tries, cancel
) values ($1, $2, $3, $4, $5, 'queued', '', 0, 0, '', '', $6, null, null, null, null, 0, 0)
