//! Which table lies where: the catalogue agrees with the declaration, and what Citus is asked for.
//!
//! Citus itself cannot be had by these tests. A stand-in writes down what it is asked: it shows what
//! we ask and in which order, and nothing of what Citus does.

use super::world::*;
use crate::engine::{Access, Capacity, Link};
use crate::provision::{Provision, provision};
use crate::tables::{OF_ALL_REGENCIES, TABLES};
use crate::twin::{FreshDatabase, server_url};
use crate::{StoreError, people};

/// What a register on several servers cannot bear, in the catalogue's words, of the tables that the
/// common table `declared` (name, part_by) names. Each row says what is wrong and where.
const MISTAKES: &str = "
whole as (
    select c.oid, c.relname, d.part_by
    from pg_class as c
    join pg_class as r on r.oid = coalesce(pg_partition_root(c.oid), c.oid)
    join declared as d on d.name = r.relname
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
)
select 'declared, and not there: ' || d.name
from declared as d
where d.name <> all (array(select relname::text from whole))
union all
select 'there, and not declared: ' || c.relname
from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'f')
    and not c.relispartition and c.relname <> all (array(select name from declared))
union all
select 'no column to part by: ' || w.relname
from whole as w
where w.part_by is not null and not exists (
    select from pg_attribute as a
    where a.attrelid = w.oid and a.attname = w.part_by and a.attnotnull
)
union all
select 'a key across parts: ' || i.indexrelid::regclass
from pg_index as i join whole as w on w.oid = i.indrelid
where (i.indisunique or i.indisexclusion) and w.part_by is not null and not exists (
    select from pg_attribute as a
    where a.attrelid = w.oid and a.attname = w.part_by
        and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
)
union all
select 'a reference across parts: ' || k.conname
from pg_constraint as k
join whole as w on w.oid = k.conrelid
join whole as t on t.oid = k.confrelid
where k.contype = 'f' and t.part_by is not null and not exists (
    select from unnest(k.conkey, k.confkey) as pair (own, theirs)
    join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = pair.own
    join pg_attribute as b on b.attrelid = k.confrelid and b.attnum = pair.theirs
    where a.attname = w.part_by and b.attname = t.part_by and w.part_by = t.part_by
)
union all
select 'numbers of one server: ' || c.relname
from pg_class as c
where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
union all
select 'numbers of one server: ' || w.relname || '.' || a.attname
from pg_attribute as a join whole as w on w.oid = a.attrelid
where a.attidentity <> ''
order by 1";

fn mistakes(link: &mut Link) -> Vec<String> {
    let declared: Vec<String> = TABLES
        .iter()
        .map(|(name, _)| {
            let column = crate::tables::spread(name).column();
            let column = column.map_or("null".to_owned(), |column| format!("'{column}'"));
            format!("('{name}', {column})")
        })
        .collect();
    let text =
        format!("with declared (name, part_by) as (values {}), {MISTAKES}", declared.join(", "));
    lines(link, &text)
}

fn lines(link: &mut Link, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    link.ask(text, &[], &mut |mut columns| {
        found.push(columns.take()?);
        Ok(())
    })
    .expect(text);
    found
}

fn owner(database: &FreshDatabase) -> Link {
    Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens")
}

#[test]
fn no_key_and_no_reference_spans_the_parts_of_a_table() {
    let Some(url) = server_url() else { return };
    assert_eq!(mistakes(&mut owner(&FreshDatabase::new(&url))), Vec::<String>::new());
    assert!(OF_ALL_REGENCIES.is_sorted_by_key(|(name, _)| *name));
    assert!(OF_ALL_REGENCIES.iter().all(|(name, _)| crate::tables::find(name).is_some()));
}

#[test]
fn a_wrong_table_is_found_by_each_of_its_mistakes() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::alone(&url);
    let mut link = owner(&database);
    for (wrong, expect) in [
        ("create table stray (tenant bigint not null)", "there, and not declared: stray"),
        ("drop table reason", "declared, and not there: reason"),
        ("alter table reason rename column tenant to regency", "no column to part by: reason"),
        ("create unique index across on person (id)", "a key across parts: across"),
        // What is only carried along in an index keeps nothing apart.
        (
            "create unique index across on person (id) include (tenant)",
            "a key across parts: across",
        ),
        (
            "alter table org add constraint across exclude using btree (id with =)",
            "a key across parts: across",
        ),
        (
            "create unique index one on person (nik_index);
             alter table nik_claim add constraint far foreign key (nik_index)
             references person (nik_index)",
            "a reference across parts: far",
        ),
        ("create sequence counting", "numbers of one server: counting"),
        (
            "alter table reason add column number bigint generated always as identity",
            "numbers of one server: reason.number",
        ),
    ] {
        link.begin(Access::Write, None).expect("begins");
        link.batch(wrong).expect(wrong);
        let found = mistakes(&mut link);
        link.rollback().expect("rolls back");
        assert!(found.iter().any(|line| line == expect), "{wrong}: {found:?}");
    }
    // Where all servers hold the same rows, a key may be of anything.
    assert_eq!(mistakes(&mut link), Vec::<String>::new());
}

/// Citus' names, in a private database: the extension, its own list of tables, and two functions
/// that write down what they were asked, in which order, and whether the rows were to be seen.
const STAND_IN: &str = "
set allow_system_table_mods = on;
insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
values (987654, 'citus', 10, 'pg_catalog'::regnamespace, false, '0-stand-in');
create table pg_catalog.pg_dist_partition (logicalrelid regclass not null, partmethod \"char\");
create schema asked;
create table asked.of_citus (
    place serial, name text, part_by text, beside text, mode text, triggers text, hides boolean,
    rows bigint
);
create function asked.note(relation regclass, part_by text, beside text) returns void
language plpgsql as $$
declare
    seen bigint;
begin
    execute format('select count(*) from %s', relation) into seen;
    insert into pg_catalog.pg_dist_partition
    values (relation, case when part_by is null then 'n' else 'h' end);
    insert into asked.of_citus (name, part_by, beside, mode, triggers, hides, rows)
    select relation::text, part_by, beside, current_setting('citus.multi_shard_modify_mode'),
        current_setting('citus.enable_unsafe_triggers'), relforcerowsecurity, seen
    from pg_class where oid = relation;
end;
$$;
create function pg_catalog.create_reference_table(relation regclass) returns void
language sql as $$ select asked.note(relation, null, null) $$;
create function pg_catalog.create_distributed_table(
    relation regclass, part_by text, colocate_with text default 'default'
) returns void language sql as $$ select asked.note(relation, part_by, colocate_with) $$;
grant all on schema asked to payung_owner;
grant all on all tables in schema asked to payung_owner;
grant all on all sequences in schema asked to payung_owner;
grant select, insert on pg_catalog.pg_dist_partition to payung_owner;
";

fn again(database: &FreshDatabase) -> Result<(), StoreError> {
    let wanted = Provision { app_role: None, read_role: None, bi_role: None, plan_only: false };
    provision(&database.owner(), &wanted).map(|_| ())
}

#[test]
fn citus_is_asked_for_every_table_once_and_in_order() {
    let Some(url) = server_url() else { return };
    // A register with people in it, on a server that gets the extension afterwards.
    let database = FreshDatabase::alone(&url);
    let store = crate::Store::open(database.location(), crate::twin::tenant()).expect("opens");
    store.unlock(crate::twin::keys()).expect("nothing is sealed yet");
    store.faults().forgive_silence(true);
    store.migrate().expect("is migrated");
    store.write(|tx| people::insert_all(tx, [&person(1), &person(2)], known())).expect("keeps");
    crate::twin::tamper(&database.superuser(), STAND_IN).expect("stands in");
    again(&database).expect("provisions");

    let mut link = owner(&database);
    let asked = lines(&mut link, "select name from asked.of_citus order by place");
    let place = |name: &str| {
        let place = asked.iter().position(|asked| asked == name);
        place.unwrap_or_else(|| panic!("{name} was not asked for"))
    };
    let mut sorted = asked.clone();
    sorted.sort();
    assert_eq!(sorted, TABLES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    assert_eq!(asked[0], "migration");
    // A table is laid beside the first of its sort, and after those that it refers to.
    let first = |line: &str| lines(&mut owner(&database), line);
    assert_eq!(
        first("select name from asked.of_citus where beside = 'none' order by name"),
        ["nik_claim", "pemda"]
    );
    assert_eq!(
        first(
            "select distinct coalesce(part_by, '-') || ' ' || coalesce(beside, '-') \
             from asked.of_citus where beside is distinct from 'none' order by 1"
        ),
        ["- -", "nik_index nik_claim", "tenant pemda"]
    );
    for (child, parent) in [("membership", "person"), ("bill", "programme"), ("org", "pemda")] {
        assert!(place(child) > place(parent), "{child} before {parent}");
    }
    let references = lines(
        &mut link,
        "select conrelid::regclass || ' ' || confrelid::regclass from pg_constraint \
         where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0 \
         and conrelid <> confrelid",
    );
    assert!(references.len() > 50, "{references:?}");
    for reference in references {
        let (child, parent) = reference.split_once(' ').expect("two names");
        assert!(place(child) > place(parent), "{reference}");
    }
    // The rows were to be seen, though the owner is held by the policies too; afterwards he is again.
    assert_eq!(first("select rows::text from asked.of_citus where name = 'person'"), ["2"]);
    assert_eq!(
        first("select distinct mode || ' ' || triggers || ' ' || hides from asked.of_citus"),
        ["sequential on false"]
    );
    assert_eq!(first("select id::text from person"), Vec::<String>::new());
    // The second time there is nothing to ask for; what a later migration brings is asked for then.
    again(&database).expect("provisions again");
    let count = "select count(*)::text from asked.of_citus";
    assert_eq!(first(count), [TABLES.len().to_string()]);
    let forget = "delete from pg_dist_partition where logicalrelid = 'reason'::regclass";
    crate::twin::tamper(&database.superuser(), forget).expect("forgets");
    again(&database).expect("provisions again");
    assert_eq!(first("select name from asked.of_citus order by place desc limit 1"), ["reason"]);
}

#[test]
fn rows_that_citus_would_lose_stop_everything() {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::alone(&url);
    crate::twin::tamper(&database.superuser(), STAND_IN).expect("stands in");
    let losing = "create or replace function pg_catalog.create_distributed_table(
            relation regclass, part_by text, colocate_with text default 'default'
        ) returns void language plpgsql as $$ begin
            execute format('delete from %s', relation);
        end $$;";
    let row = "set payung.tenant = '6401'; insert into pemda (tenant) values (6401);";
    crate::twin::tamper(&database.superuser(), losing).expect("stands in");
    crate::twin::tamper(&database.owner(), row).expect("a row");
    let lost = StoreError::ConstraintViolated { name: "spread_lost_rows".into() };
    assert_eq!(again(&database), Err(lost));
    let mut link = owner(&database);
    link.begin(Access::Write, Some(6401)).expect("begins");
    assert_eq!(lines(&mut link, "select tenant::text from pemda"), ["6401"]);
}
