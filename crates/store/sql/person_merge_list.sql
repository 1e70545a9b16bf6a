select away, kept, root from person_merge where tenant = $1 order by away
