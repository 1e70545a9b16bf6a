select template, content from agreement_template where tenant = $1 order by template
