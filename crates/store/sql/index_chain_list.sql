select tenant, steps, newest from index_chain order by tenant
