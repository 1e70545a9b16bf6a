insert into statement_line (
    tenant, id, statement, line_no, day, amount, direction, reference, remark, balance, reversal
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
