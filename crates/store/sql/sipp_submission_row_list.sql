select person, npp from sipp_submission_row where tenant = $1 and submission = $2 order by rank
