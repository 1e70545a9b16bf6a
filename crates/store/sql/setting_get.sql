select content from setting where tenant = $1 and name = $2
