update statement_line set reference = '', remark = $1 where tenant = $2 and id = $3
