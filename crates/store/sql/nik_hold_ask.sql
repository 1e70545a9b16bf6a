insert into nik_hold (tenant, nik_index, month, turn, state)
select p.tenant, p.nik_index, cast($1 as bigint), 0, 'waiting'
from person as p
where p.tenant = $2 and p.id = $3 and p.nik_index is not null
    and exists (
        select 1 from bill as b
        where b.tenant = p.tenant and b.id = $4 and b.month = $1 and b.state in ('final', 'posted')
    )
on conflict (tenant, nik_index, month) do update set state = 'waiting',
    turn = case nik_hold.state when 'leaving' then nik_hold.turn + 1 else nik_hold.turn end
where nik_hold.state in ('free', 'lost', 'leaving')
