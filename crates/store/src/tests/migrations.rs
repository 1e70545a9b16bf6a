//! A schema grown step by step is the fresh one, on both engines, and both engines have the same.

use crate::engine::{Access, Capacity, Link};
use crate::migrate::{migrate, migrate_until, newest, numbers};
use crate::provision::{Provision, secure};
use crate::twin::{FreshDatabase, FreshDirectory, server_url};

/// Everything SQLite's catalogue tells.
const SQLITE: &str = "select sql from sqlite_schema where sql is not null order by name";

/// Everything that a migration can change: columns, keys, indexes, triggers, policies, rights.
const POSTGRES: &str = "
    with ours as (
        select c.oid, c.relname, c.relacl, c.relrowsecurity, c.relforcerowsecurity
        from pg_class as c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    )
    select relname || ' ' || coalesce(relacl::text, '') || relrowsecurity || relforcerowsecurity
    from ours
    union all
    select o.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || a.attnotnull
    from ours as o join pg_attribute as a on a.attrelid = o.oid
    where a.attnum > 0 and not a.attisdropped
    union all
    select o.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
    from ours as o join pg_constraint as k on k.conrelid = o.oid
    union all
    select pg_get_indexdef(i.indexrelid) from ours as o join pg_index as i on i.indrelid = o.oid
    union all
    select pg_get_triggerdef(t.oid)
    from ours as o join pg_trigger as t on t.tgrelid = o.oid where not t.tgisinternal
    union all
    select o.relname || ' ' || p.polname || ' ' || pg_get_expr(p.polqual, p.polrelid)
    from ours as o join pg_policy as p on p.polrelid = o.oid
    order by 1";

/// Table, column, type and whether it must be filled, in SQLite's words.
const SQLITE_COLUMNS: &str = "
    select s.name || '.' || c.name || ' ' || lower(c.type) || ' ' || (c.\"notnull\" or c.pk > 0)
    from sqlite_schema as s join pragma_table_info(s.name) as c
    where s.type = 'table' and s.name not like 'sqlite~_%' escape '~'
    order by 1";

const POSTGRES_COLUMNS: &str = "
    select line from (select c.relname || '.' || a.attname || ' '
        || case format_type(a.atttypid, a.atttypmod)
            when 'bigint' then 'integer' when 'bytea' then 'blob'
            else format_type(a.atttypid, a.atttypmod) end
        || ' ' || a.attnotnull::int4 as line
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        and not c.relispartition and c.relname not in ('nik_claim', 'nik_claim_wait')
        and a.attnum > 0 and not a.attisdropped) as ours
    order by line collate \"C\"";

fn lines(link: &mut Link, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    link.ask(text, &[], &mut |mut columns| {
        found.push(columns.take()?);
        Ok(())
    })
    .expect(text);
    found
}

/// Brings an empty place up to date in one go, or in as many as there are migrations.
fn grow(link: &mut Link, steps: &[i64]) {
    let rights = Provision {
        app_role: Some("payung_app"),
        read_role: Some("payung_read"),
        bi_role: Some("payung_report"),
        plan_only: false,
    };
    for last in steps {
        link.begin(Access::Write, None).expect("begins");
        migrate_until(link, *last).expect("migrates");
        // What closes tables comes with the seventh.
        if link.is_postgres() && *last >= 7 {
            secure(link, &rights).expect("closes and opens");
        }
        link.commit().expect("commits");
    }
}

#[test]
fn a_schema_grown_step_by_step_is_the_fresh_one() {
    let all: Vec<i64> = numbers().collect();
    let sqlite = |steps: &[i64]| {
        let directory = FreshDirectory::new();
        let mut link =
            Link::open(&directory.location(), Access::Write, Capacity::Application).expect("opens");
        grow(&mut link, steps);
        (lines(&mut link, SQLITE), lines(&mut link, SQLITE_COLUMNS))
    };
    let (fresh, columns) = sqlite(&[newest()]);
    assert_eq!(sqlite(&all).0, fresh);
    let Some(url) = server_url() else { return };
    let postgres = |steps: &[i64]| {
        let database = FreshDatabase::empty(&url);
        let mut link =
            Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens");
        grow(&mut link, steps);
        (lines(&mut link, POSTGRES), lines(&mut link, POSTGRES_COLUMNS))
    };
    let (fresh, own_columns) = postgres(&[newest()]);
    assert_eq!(postgres(&all).0, fresh);
    assert_eq!(own_columns, columns, "the same tables on both engines");
}

/// An older program goes on beside a newer one as long as nothing was taken away.
#[test]
fn statements_of_today_are_understood_after_a_migration_that_only_adds() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let mut link = Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens");
    link.batch(
        "alter table person add column later text; alter table sheet add column later bigint;
         create table later (tenant bigint not null, id bytea not null, primary key (tenant, id));
         insert into migration (number, name, step) values (999, 'later', 'expand')",
    )
    .expect("adds");
    assert_eq!(migrate(&mut link), Ok(Vec::new()));
    for (name, text) in super::schema::statements_of_postgres() {
        assert_eq!(link.check(&text), Ok(()), "{name}");
    }
    let embedded = FreshDirectory::new();
    let mut link =
        Link::open(&embedded.location(), Access::Write, Capacity::Application).expect("opens");
    migrate(&mut link).expect("migrates");
    link.batch("alter table person add column later text; alter table sheet add column later blob")
        .expect("adds");
    for (name, text) in super::schema::statements_of_sqlite() {
        assert_eq!(link.check(&text), Ok(()), "{name}");
    }
}
