update bill set state = $1
where tenant = $2 and id = $3 and ($1 <> 'posted' or exists (
    select 1 from bill_issue as i
    where i.tenant = bill.tenant and i.bill = bill.id and i.revision = bill.revision
))
