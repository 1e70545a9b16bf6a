select content from sheet_blob where tenant = $1 and sheet = $2
