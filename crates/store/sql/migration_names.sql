select number, name, step from migration
