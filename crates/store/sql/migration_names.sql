select number, name from migration
