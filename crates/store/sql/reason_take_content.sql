update task set content = '' where tenant = $1 and id = $2
