update account set
    debits_pending = $1, credits_pending = $2, debits_posted = $3, credits_posted = $4
where tenant = $5 and id = $6
