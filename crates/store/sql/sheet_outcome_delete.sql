delete from sheet_outcome where tenant = $1 and sheet = $2
