select p.id, p.left_person, p.right_person, p.state, p.score, p.levels, p.monthly, p.paid,
    p.revision, p.found_at_ms
from duplicate_question as q
join duplicate_pair as p on p.tenant = q.tenant and p.id = q.pair
where q.tenant = $1 and q.place = $2 and q.answer is null and p.state = 'asked'
    and p.id > $3
order by p.id
limit $4
