select tenant, steps from index_chain order by tenant
