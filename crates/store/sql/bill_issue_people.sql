select finalised_by, issued_by from bill_issue where tenant = $1 and bill = $2 and revision = $3
