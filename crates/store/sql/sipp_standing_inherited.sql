-- What somebody has of a record that stepped aside, with the version that was sent of that one.
select
    s.programme, s.state, s.month, s.rejections, s.reason, s.since, o.version, s.reply,
    s.changed_at_ms
from sipp_standing as s
join sipp_standing as o
    on o.tenant = s.tenant and o.programme = s.programme and o.person = s.inherited_from
where s.tenant = $1 and s.person = $2 and s.inherited_from = $3
order by s.programme
