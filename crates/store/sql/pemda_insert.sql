insert into pemda (tenant) values ($1) on conflict do nothing
