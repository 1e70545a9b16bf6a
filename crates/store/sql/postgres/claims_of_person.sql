select p.id
from person as p, nik_held_elsewhere(array[p.nik_index]) as held
where p.tenant = $1 and p.id = $2 and p.nik_index is not null
