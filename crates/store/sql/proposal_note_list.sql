select person, reason, as_of, other_programme, overlap_rule
from proposal_note
where tenant = $1 and proposal = $2
order by note_no
