select number, step from migration order by number
