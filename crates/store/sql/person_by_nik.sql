select id, nik, no_kk, name, birth, birth_place, sex, address, place, occupation, phone, mother
from person
where tenant = $1 and nik = $2
