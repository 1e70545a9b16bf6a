delete from enlistment where tenant = $1 and sheet = $2
