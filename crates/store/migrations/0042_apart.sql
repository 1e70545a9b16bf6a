-- Why: people told apart are remembered as pairs, and every import asks which pairs those are.
-- Step: expand. Nobody writes `person_apart` any more; what stands there is read once more by the next
-- search for duplicates, which keeps it as pairs.

create index duplicate_pair_apart on duplicate_pair (tenant, left_person, right_person) where state = 'different';
