-- Whoever has said something meanwhile keeps the pair.
delete from duplicate_pair
where tenant = $1 and id = $2 and state = 'open' and revision = 0
