select tenant from pemda order by tenant
