select programme, occupation from programme_occupation where tenant = $1 order by occupation
