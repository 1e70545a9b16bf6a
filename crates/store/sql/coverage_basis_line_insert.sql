insert into coverage_basis_line (tenant, basis, of_what, part, people) values ($1, $2, $3, $4, $5)
