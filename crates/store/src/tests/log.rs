//! The hook under every write: one leaf an act, digests that follow every row, and a check that
//! finds what was changed without it.

use super::world::*;
use crate::audit::{self, AuditLine};
use crate::effect::Effect;
use crate::engine::{Access, Capacity, Link};
use crate::sql::Sql;
use crate::tables::{self, TABLES, Watch};
use crate::twin::tamper::Dice;
use crate::twin::{FreshDatabase, both, server_url};
use crate::value::{Cell, Value, values};
use crate::verify::{Flaw, verify};
use crate::{Store, StoreError, log, orgs, settings};

fn flaws(store: &Store) -> Vec<Flaw> {
    store.read(|tx| Ok::<_, StoreError>(verify(tx)?.flaws)).expect("verifies")
}

fn lines(store: &Store) -> Vec<AuditLine> {
    store.read(audit::list).expect("reads")
}

/// Changes the register without the hook, as somebody with the file in hand would.
fn behind_its_back(store: &Store, text: &'static str) {
    store.write(|tx| tx.link().batch(text)).expect("the engine does not know the difference");
}

#[test]
fn every_table_is_declared_and_every_declared_table_is_there() {
    both(|store| {
        let text = "select name from sqlite_schema where type = 'table' \
                    and name not like 'sqlite\\_%' escape '\\'";
        let postgres = "select c.relname::text from pg_class as c where c.relkind in ('r', 'p') \
                        and c.relnamespace = 'public'::regnamespace and not c.relispartition";
        let sql = Sql::new("tables", text, postgres);
        let mut found: Vec<String> = store
            .read(|tx| tx.all(&sql, &[], |columns| columns.take()))
            .expect("the engine lists its tables");
        found.sort_unstable();
        let is_here =
            |name: &&str| !name.starts_with("nik_claim") || found.iter().any(|n| n == name);
        let declared: Vec<&str> = TABLES.iter().map(|(name, _)| *name).filter(is_here).collect();
        assert!(declared.is_sorted());
        assert_eq!(found, declared);
    });
}

#[test]
fn no_migration_changes_kept_rows_unseen() {
    for (name, text) in super::schema::every_migration() {
        assert!(!text.contains(" on delete "), "{name}: a deletion says what it deletes");
        assert!(!text.contains(" on update "), "{name}: an update says what it updates");
        // What a trigger writes, no statement returns.
        for body in text.split("create trigger").skip(1) {
            let body = body.split("end;").next().unwrap_or_default();
            for (table, watch) in TABLES {
                let writes = ["insert into", "update", "delete from"]
                    .iter()
                    .any(|word| body.contains(&format!("    {word} {table}")));
                assert!(!writes || *watch != Watch::Kept, "{name}: a trigger writes {table}");
            }
        }
    }
}

#[test]
fn what_a_statement_changes_can_be_read_on_both_engines() {
    both(|store| {
        store
            .write(|tx| {
                for (name, text) in super::schema::every_statement(tx.link()) {
                    let effect = Effect::of(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
                    let derived = match &effect {
                        Effect::None | Effect::Adds(_) => vec![],
                        Effect::AddsSome { text, .. } | Effect::Removes { text, .. } => vec![text],
                        Effect::Changes { before, text, .. } => vec![before, text],
                    };
                    for text in derived {
                        assert_eq!(tx.link().check(text), Ok(()), "{name}: {text}");
                    }
                }
                Ok::<_, StoreError>(())
            })
            .expect("nothing is written");
    });
}

#[test]
fn a_write_is_one_leaf_and_one_that_changes_nothing_is_none() {
    both(|store| {
        settle_in(store);
        let before = lines(store).len();
        let set = |content: &str, number| {
            let said = store.write(|tx| {
                settings::set(tx, "count", content)?;
                audit::append(tx, &line(number, "count-set"))
            });
            said.expect("writes");
            lines(store).len() - before
        };
        assert_eq!(set("1", 1), 1);
        assert_eq!(set("1", 2), 1);
        assert_eq!(set("2", 3), 2);
        // Looking at something is an act too: it changes nothing, and is said.
        store.write(|tx| audit::append(tx, &line(4, "unmasked"))).expect("writes");
        assert_eq!(lines(store).len() - before, 3);
        assert_eq!(flaws(store), []);
    });
}

#[test]
fn silence_and_saying_it_twice_are_bugs() {
    let directory = crate::twin::FreshDirectory::new();
    let store = Store::open(directory.location(), crate::twin::tenant()).expect("opens");
    store.faults().forgive_silence(false);
    store.migrate().expect("migrates");
    let panics = |lines: u8| {
        let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.write(|tx| {
                settings::set(tx, "count", &lines.to_string())?;
                (0..lines).try_for_each(|number| audit::append(tx, &line(number, "count-set")))
            })
        }));
        unwound.is_err()
    };
    assert_eq!([panics(0), panics(1), panics(2)], [true, false, true]);
    assert_eq!(lines(&store).len(), 1);
}

#[test]
fn a_journey_verifies_and_its_digests_are_those_of_its_rows() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..20)).expect("imports");
        store.write(|tx| crate::enrolment::undo(tx, sheet(1).id)).expect("undoes");
        assert_eq!(flaws(store), []);
        store
            .read(|tx| {
                let kept = log::digests(tx)?;
                for table in tables::of(Watch::Kept) {
                    let known = kept.iter().find(|(name, _)| name == table);
                    let (rows, _) = log::scan(tx, table)?;
                    assert!(known.map_or(rows.is_empty(), |(_, known)| *known == rows), "{table}");
                }
                let found = verify(tx)?;
                assert_eq!(audit::head(tx)?.1, found.root(found.size()).expect("its own size"));
                Ok::<_, StoreError>(())
            })
            .expect("reads");
    });
}

#[test]
fn both_engines_come_to_the_same_digests() {
    let states = std::sync::Mutex::new(Vec::new());
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..20)).expect("imports");
        let state = store.read(|tx| Ok::<_, StoreError>(log::state_of(&log::digests(tx)?)));
        states.lock().expect("no panic").push(state.expect("reads"));
    });
    states.lock().expect("no panic").dedup();
    assert_eq!(states.lock().expect("no panic").len(), 1);
}

#[test]
fn what_is_changed_behind_its_back_is_found_and_named() {
    let check = |text: &'static str, expect: &[Flaw]| {
        both(|store| {
            settle_in(store);
            import(store, 1, &changes(1..5)).expect("imports");
            behind_its_back(store, text);
            assert_eq!(flaws(store), expect, "{text}");
        });
    };
    let table = |name: &str| Flaw::Table(name.into());
    check("update person set birth = birth + 1 where sex = 'L'", &[table("person")]);
    check("update fund set ceiling = ceiling + 1", &[table("fund")]);
    check("delete from intake_problem", &[table("intake_problem")]);
    check(
        "insert into setting (tenant, name, content) values (6401, 'a', 'b')",
        &[table("setting")],
    );
    check("delete from state_digest where table_name = 'fund'", &[Flaw::State, table("fund")]);
    check("update audit_schema set migration = 3", &[Flaw::Settled("audit_schema")]);
}

#[test]
fn a_schema_that_no_migration_made_is_found() {
    let check = |text: &'static str, expect: Flaw| {
        let directory = crate::twin::FreshDirectory::new();
        let store = Store::open(directory.location(), crate::twin::tenant()).expect("opens");
        store.migrate().expect("migrates");
        behind_its_back(&store, text);
        assert_eq!(flaws(&store), [expect], "{text}");
    };
    check("update migration set name = 'x' where number = 2", Flaw::Settled("migration"));
    check("drop trigger audit_no_update", Flaw::Schema("trigger audit_no_update on audit".into()));
    check("create table other (a integer)", Flaw::Schema("table other on other".into()));
    // One bit of a row's head makes bytes of a text, which SQLite reads all the same.
    check(
        "pragma writable_schema = on; \
         update sqlite_schema set sql = cast(sql as blob) where name = 'audit'",
        Flaw::Schema("table audit on audit".into()),
    );
}

#[test]
fn a_migration_that_finds_other_rows_than_it_left_is_an_act() {
    both(|store| {
        settle_in(store);
        let before = lines(store).len();
        // As if a migration had changed rows and only then was the register opened again.
        behind_its_back(store, "update fund set ceiling = ceiling + 1");
        behind_its_back(store, "update audit_schema set migration = 1");
        store.migrate().expect("migrates");
        assert_eq!(flaws(store), []);
        let lines = lines(store);
        assert_eq!(lines.len(), before + 1);
        assert_eq!(&*lines[before].act, "schema-migrated");
        store.migrate().expect("migrates");
        assert_eq!(self::lines(store).len(), before + 1);
    });
}

#[test]
fn an_insert_names_every_column_that_would_fill_itself() {
    both(|store| {
        let pragma = "select m.name, c.name from sqlite_schema as m, pragma_table_info(m.name) as c \
                      where m.type = 'table' and c.dflt_value is not null";
        let postgres = "select c.table_name::text, c.column_name::text \
                        from information_schema.columns as c \
                        where c.table_schema = 'public' and c.column_default is not null";
        let sql = Sql::new("defaults", pragma, postgres);
        let found: Vec<(String, String)> = store
            .read(|tx| tx.all(&sql, &[], |columns| Ok((columns.take()?, columns.take()?))))
            .expect("the engine lists its columns");
        let kept: Vec<_> = found
            .iter()
            .filter(|(table, _)| tables::of(Watch::Kept).any(|kept| kept == table))
            .collect();
        assert!(kept.is_empty(), "the digest would not know of {kept:?}");
    });
}

#[test]
fn offices_are_found_by_the_digest_whatever_the_order_they_come_in() {
    both(|store| {
        let office = |number: u32| domain::organisation::Org {
            id: id(2, number),
            code: format!("desa-{number}").into(),
            ..org()
        };
        let state = |order: [u32; 2]| {
            let mut state = [0; 32];
            let aborted: Result<(), StoreError> = store.write(|tx| {
                for number in order {
                    orgs::insert(tx, &office(number))?;
                }
                audit::append(tx, &line(9, "org-added"))?;
                log::settle(tx)?;
                state = log::state_of(&log::digests(tx)?);
                Err(StoreError::Fault)
            });
            assert_eq!(aborted, Err(StoreError::Fault));
            state
        };
        assert_eq!(state([1, 2]), state([2, 1]));
        assert_ne!(state([1, 2]), state([1, 3]));
        let rows: i64 = store
            .read(|tx| {
                let sql = Sql::new(
                    "rows",
                    "select count(*) from org where tenant = $1",
                    "select count(*) from org where tenant = $1",
                );
                tx.one(&sql, &values![tx.tenant()], |columns| columns.take())
            })
            .expect("reads")
            .unwrap_or_default();
        assert_eq!(rows, 0);
    });
}

/// A value with one bit turned over, as a parameter of an update; none when it would be no text.
fn turned(cell: Cell<'_>, dice: &mut Dice) -> Option<Value<'static>> {
    let mut flip = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        let bit = dice.below(bytes.len().max(1) as u64 * 8);
        *bytes.get_mut((bit / 8) as usize)? ^= 1 << (bit % 8);
        Some(bytes)
    };
    match cell {
        Cell::Null => None,
        Cell::Integer(number) => Some(Value::Integer(number ^ (1 << dice.below(63)))),
        Cell::Text(bytes) => {
            let text = String::from_utf8(flip(bytes)?).ok()?;
            (!text.contains('\0')).then(|| Value::from(text))
        }
        Cell::Blob(bytes) => Some(Value::Blob(flip(bytes)?.into())),
    }
}

/// The value itself, as a parameter.
fn owned(cell: Cell<'_>) -> Value<'static> {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::Integer(number),
        Cell::Text(bytes) => Value::from(String::from_utf8(bytes.to_vec()).expect("a text")),
        Cell::Blob(bytes) => Value::Blob(bytes.to_vec().into()),
    }
}

/// A value on the server: its table and column, and where its row lies now.
struct Spot {
    table: &'static str,
    column: String,
    oid: i64,
    ctid: String,
}

impl Spot {
    /// Puts a value there as the superuser, past triggers and policies; whether it could be.
    fn put(&mut self, link: &mut Link, value: &Value<'static>) -> bool {
        link.batch("begin; set local session_replication_role = replica").expect("begins");
        let Spot { table, column, oid, ctid } = &*self;
        let text = format!(
            "update {table} set {column} = $1 where tableoid = {oid} and ctid = '{ctid}' \
             returning tableoid::bigint, ctid::text"
        );
        let mut moved = None;
        let done = link.each_of(&text, std::slice::from_ref(value), &mut |mut columns| {
            let place: (i64, String) = (columns.take()?, columns.take()?);
            moved = Some(place);
            Ok(())
        });
        let moved = moved.filter(|_| done.is_ok());
        link.batch(if moved.is_some() { "commit" } else { "rollback" }).expect("ends");
        let is_done = moved.is_some();
        if let Some((oid, ctid)) = moved {
            (self.oid, self.ctid) = (oid, ctid);
        }
        is_done
    }
}

/// A value picked from any watched table: where it is, what it is, and with one bit turned over.
fn picked(link: &mut Link, dice: &mut Dice) -> Option<(Spot, Value<'static>, Value<'static>)> {
    let watched = TABLES.iter().filter(|(_, watch)| *watch != Watch::Passing);
    let watched: Vec<&str> = watched.map(|(name, _)| *name).collect();
    let table = watched[dice.below(watched.len() as u64) as usize];
    let text = format!("select tableoid::bigint, ctid::text, * from {table}");
    let mut found = Vec::new();
    link.each_of(&text, &[], &mut |mut columns| {
        let (oid, ctid) = (columns.take()?, columns.take()?);
        let names = columns.names();
        let at = 2 + dice.below(names.len() as u64 - 2) as usize;
        let cell = columns.cell(at)?;
        if let Some(value) = turned(cell, dice) {
            let spot = Spot { table, column: names[at].to_owned(), oid, ctid };
            found.push((spot, owned(cell), value));
        }
        Ok(())
    })
    .expect("the superuser reads");
    match found.len() as u64 {
        0 => None,
        count => Some(found.swap_remove(dice.below(count) as usize)),
    }
}

#[test]
fn every_bit_turned_over_on_a_server_is_found() {
    let Some(server) = server_url() else { return };
    let database = FreshDatabase::new(&server);
    let store = Store::open(database.location(), crate::twin::tenant()).expect("opens");
    store.unlock(crate::twin::keys()).expect("a fresh register takes any keys");
    store.migrate().expect("is migrated");
    settle_in(&store);
    import(&store, 1, &changes(1..20)).expect("imports");
    assert_eq!(flaws(&store), []);
    let mut link =
        Link::open(&database.superuser(), Access::Write, Capacity::Migrator).expect("opens");
    let wanted = std::env::var("PAYUNG_TAMPER").ok().and_then(|text| text.parse().ok());
    let (mut dice, mut tried) = (Dice(3), 0_u64);
    while tried < wanted.unwrap_or(60) {
        let Some((mut spot, sound, turned)) = picked(&mut link, &mut dice) else { continue };
        if !spot.put(&mut link, &turned) {
            continue;
        }
        tried += 1;
        let found = store.read(|tx| Ok::<_, StoreError>(verify(tx)?.flaws));
        let hit = format!("{}.{}", spot.table, spot.column);
        assert_ne!(found, Ok(Vec::new()), "flip {tried} of {hit} was not found");
        assert!(spot.put(&mut link, &sound), "{hit} is set right");
        assert_eq!(flaws(&store), [], "after {hit} was set right");
    }
}
