insert into bill_credit (tenant, bill, line_no, recovery) values ($1, $2, $3, $4)
