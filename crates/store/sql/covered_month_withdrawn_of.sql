select transfer from covered_month_withdrawn where tenant = $1 and programme = $2 order by transfer
