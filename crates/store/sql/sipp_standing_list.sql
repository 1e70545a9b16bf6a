select s.person, s.state, s.month, s.rejections, s.reason, s.since, s.version, s.reply, p.version
from sipp_standing as s
join person as p on p.tenant = s.tenant and p.id = s.person
where s.tenant = $1 and s.programme = $2
order by s.person
