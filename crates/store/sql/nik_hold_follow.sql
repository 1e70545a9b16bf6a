insert into nik_hold (tenant, nik_index, month, turn, state)
select tenant, $1, month, 0, 'waiting'
from nik_hold
where tenant = $2 and nik_index = $3 and state in ('waiting', 'reserved', 'confirmed', 'lost')
on conflict (tenant, nik_index, month) do update set state = 'waiting',
    turn = case nik_hold.state when 'leaving' then nik_hold.turn + 1 else nik_hold.turn end
where nik_hold.state in ('free', 'lost', 'leaving')
