select subscriber, state, count(*) from delivery where tenant = $1 group by subscriber, state
