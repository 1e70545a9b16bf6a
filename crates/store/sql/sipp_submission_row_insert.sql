insert into sipp_submission_row (tenant, submission, person, npp, rank) values ($1, $2, $3, $4, $5)
