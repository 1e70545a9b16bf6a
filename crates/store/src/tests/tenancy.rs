//! Regencies on one server: the catalogue says that they are apart, and whoever tries finds it so.

use super::world::*;
use crate::engine::{Access, Capacity, Link};
use crate::sql::Sql;
use crate::twin::{FreshDatabase, server_url, tamper, tenant};
use crate::value::values;
use crate::{Location, Store, StoreError, Tx, claims, orgs, people};

/// Tables that belong to a regency, not to all: what was migrated, by how many steps of the index
/// key each goes, and those by numbers, which are closed to the application; their owner's functions
/// answer for them.
const OF_A_REGENCY: &str = "not exists (select from pg_class as whole \
    where whole.oid = coalesce(pg_partition_root(c.oid), c.oid) \
    and whole.relname in ('migration', 'nik_claim', 'nik_month', 'index_chain'))";

/// Paser's neighbour in this file.
const OTHER: u64 = 3515;

fn other_tenant() -> base::RegionCode {
    base::RegionCode::from_digits(OTHER, 2)
}

/// A statement of a test.
fn adhoc(text: &str) -> Sql {
    let text: &'static str = String::from(text).leak();
    Sql::new("adhoc", text, text)
}

/// The first column of every row, as text.
fn texts(link: &mut Link, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    link.each(&adhoc(text), &[], &mut |mut columns| {
        found.push(columns.take()?);
        Ok(())
    })
    .expect(text);
    found
}

fn number(tx: &mut Tx<'_>, text: &str) -> Result<i64, StoreError> {
    tx.one(&adhoc(text), &[], |columns| columns.take()).map(|found| found.expect("one row"))
}

/// A migrated database of a server, when there is one.
fn database() -> Option<FreshDatabase> {
    server_url().map(|url| FreshDatabase::new(&url))
}

fn open(location: Location) -> Store {
    let store = Store::open(location, tenant()).expect("opens");
    store.unlock(crate::twin::keys()).expect("nothing is sealed yet");
    store.migrate().expect("is migrated");
    store
}

/// Both regencies with the same file taken in, over one pool of connections.
fn neighbours(database: &FreshDatabase) -> (Store, Store) {
    let paser = open(database.location());
    let other = paser.of_regency(other_tenant());
    other.migrate().expect("is migrated");
    for store in [&paser, &other] {
        settle_in(store);
        import(store, 1, &changes(1..5)).expect("imports");
    }
    (paser, other)
}

#[test]
fn the_catalogue_keeps_regencies_apart() {
    let Some(database) = database() else { return };
    let mut link = Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens");
    let table = format!(
        "from pg_class as c where c.relnamespace = 'public'::regnamespace \
         and c.relkind in ('r', 'p') and {OF_A_REGENCY}"
    );
    let nothing = |link: &mut Link, rule: &str, text: &str| {
        assert_eq!(texts(link, text), Vec::<String>::new(), "{rule}");
    };
    assert!(texts(&mut link, &format!("select c.relname::text {table}")).len() > 25);
    nothing(
        &mut link,
        "row-level security is on, for owners too, with one policy",
        &format!(
            "select c.relname::text {table} and (not c.relrowsecurity or not c.relforcerowsecurity \
             or 1 <> (select count(*) from pg_policy as p where p.polrelid = c.oid and p.polcmd = '*'))"
        ),
    );
    nothing(
        &mut link,
        "a primary key begins with the tenant",
        &format!(
            "select c.relname::text {table} and not exists (select from pg_constraint as k \
             join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = k.conkey[1] \
             where k.conrelid = c.oid and k.contype = 'p' and a.attname = 'tenant')"
        ),
    );
    nothing(
        &mut link,
        "a function that acts for its owner names its search path",
        "select proname::text from pg_proc where pronamespace = 'public'::regnamespace \
         and prosecdef and (proconfig is null or not exists (\
         select from unnest(proconfig) as c where c like 'search_path=%pg_temp'))",
    );
}

#[test]
fn the_applications_role_owns_nothing_and_may_little() {
    let Some(database) = database() else { return };
    let mut link = Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens");
    let nothing = |link: &mut Link, text: &str| {
        assert_eq!(texts(link, text), Vec::<String>::new());
    };
    for role in ["payung_app", "payung_read"] {
        nothing(
            &mut link,
            &format!(
                "select rolname::text from pg_roles where rolname = '{role}' and (rolsuper \
                 or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)"
            ),
        );
        nothing(
            &mut link,
            &format!(
                "select relname::text from pg_class where relowner = '{role}'::regrole \
                 union all select proname::text from pg_proc where proowner = '{role}'::regrole"
            ),
        );
        nothing(
            &mut link,
            &format!(
                "select c.relname::text from pg_class as c \
                 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') \
                 and (has_table_privilege('{role}', c.oid, 'truncate, references, trigger') \
                 or (c.relispartition or c.relname in ('nik_claim', 'nik_month')) \
                 and has_table_privilege('{role}', c.oid, 'select, insert, update, delete'))"
            ),
        );
    }
    // What is written once can only be added to.
    let kept = texts(
        &mut link,
        "select c.relname::text from pg_class as c \
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') \
         and has_table_privilege('payung_app', c.oid, 'insert') \
         and not has_table_privilege('payung_app', c.oid, 'update, delete') order by 1",
    );
    for table in ["approval", "audit", "transfer", "transfer_resolution"] {
        assert!(kept.iter().any(|name| name == table), "{table}: {kept:?}");
    }
    nothing(
        &mut link,
        "select c.relname::text from pg_class as c \
         where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') \
         and has_table_privilege('payung_read', c.oid, 'insert, update, delete')",
    );
}

#[test]
fn a_role_that_could_look_past_the_policies_is_refused() {
    let Some(database) = database() else { return };
    let answer = |location| Store::open(location, tenant()).map(|_| ());
    let strong = |why: &str| Err(StoreError::RoleTooStrong { why: why.into() });
    assert_eq!(answer(database.superuser()), strong("superuser"));
    assert_eq!(answer(database.owner()), strong("owner"));
    assert_eq!(answer(database.location()), Ok(()));
    let empty = FreshDatabase::empty(&server_url().expect("there is a server"));
    let store = Store::open(empty.location(), tenant()).expect("opens");
    assert_eq!(store.migrate(), Err(StoreError::SchemaOlder { found: 0 }));
}

#[test]
fn every_table_shows_and_takes_only_the_own_regencys_rows() {
    let Some(database) = database() else { return };
    let (paser, other) = neighbours(&database);
    let mut link = Link::open(&database.owner(), Access::Write, Capacity::Migrator).expect("opens");
    let tables = texts(
        &mut link,
        &format!(
            "select c.relname::text from pg_class as c \
             where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') \
             and not c.relispartition and {OF_A_REGENCY}"
        ),
    );
    // The owner is held by the policies too: without a regency it sees nothing.
    assert_eq!(texts(&mut link, "select tenant::text from person"), Vec::<String>::new());
    for table in tables {
        let foreign = format!("select count(*) from {table} where tenant <> 6401");
        assert_eq!(paser.read(|tx| number(tx, &foreign)), Ok(0), "{table}");
        for text in [
            format!("delete from {table} where tenant = {OTHER}"),
            format!("update {table} set tenant = {OTHER}"),
            format!("update {table} set tenant = 6401 where tenant = {OTHER}"),
        ] {
            let answer = paser.write(|tx| {
                let changed = tx.run(&adhoc(&text), &[])?;
                // Whatever it did, it is not kept.
                Err::<(), _>(match changed {
                    0 => StoreError::NotFound { what: "a foreign row" },
                    _ => StoreError::Corrupt { what: "changed".into() },
                })
            });
            let apart = match &answer {
                Err(StoreError::NotFound { .. } | StoreError::Forbidden) => true,
                Err(StoreError::ConstraintViolated { name }) => {
                    name.ends_with("_immutable")
                        || name.ends_with("_kept")
                        || name.ends_with("_unchanged")
                }
                _ => false,
            };
            assert!(apart, "{text}: {answer:?}");
        }
    }
    // A row cannot be put into another regency, nor point there.
    let text = "insert into org (tenant, id, code, name, territory) values ($1, $2, 'x', 'x', 1)";
    let foreign = paser.write(|tx| {
        tx.run(&adhoc(text), &values![OTHER.cast_signed(), &id::<base::id::kind::Org>(2, 77)])
    });
    assert_eq!(foreign, Err(StoreError::Forbidden));
    assert_eq!(other.read(people::count), Ok(4));
    assert_eq!(other.read(orgs::list).expect("reads").len(), 1);
}

#[test]
fn a_program_that_forgets_the_regency_sees_and_writes_nothing() {
    let Some(database) = database() else { return };
    let (paser, other) = neighbours(&database);
    for store in [&paser, &other] {
        store.faults().forget_tenant();
        assert_eq!(store.read(people::count), Ok(0));
        assert_eq!(store.read(orgs::list).expect("reads"), Vec::new());
        let answer = store.write(|tx| people::insert_all(tx, [&person(50)], known()));
        assert_eq!(answer, Err(StoreError::Forbidden));
        let answer = store.write(|tx| orgs::insert_user(tx, &user(9)));
        assert_eq!(answer, Err(StoreError::Forbidden));
        store.faults().clear();
        assert_eq!(store.read(people::count), Ok(4));
    }
    // What the connection was last used for does not linger on it: the setting is empty now.
    let mut link =
        Link::open(&database.location(), Access::Write, Capacity::Application).expect("opens");
    link.begin(Access::Write, Some(6401)).expect("begins");
    assert_eq!(texts(&mut link, "select id::text from org").len(), 1);
    link.commit().expect("commits");
    link.begin(Access::Write, None).expect("begins");
    assert_eq!(texts(&mut link, "select current_setting('payung.tenant')"), [""]);
    assert_eq!(texts(&mut link, "select id::text from org"), Vec::<String>::new());
}

#[test]
fn a_person_of_two_regencies_is_shown_to_both_and_no_more() {
    let Some(database) = database() else { return };
    let paser = open(database.location());
    let other = paser.of_regency(other_tenant());
    other.migrate().expect("is migrated");
    let keep = |store: &Store, numbers: std::ops::Range<u32>| {
        let people: Vec<_> = numbers.map(person).collect();
        store.write(|tx| people::insert_all(tx, &people, known())).expect("keeps");
        // Where the register has several servers the others are told afterwards.
        store.write(claims::tell).expect("tells");
    };
    keep(&paser, 1..5);
    let niks: Vec<base::Nik> = (1..9).map(nik).collect();
    let elsewhere = |store: &Store| {
        let found = store.read(|tx| claims::elsewhere(tx, &niks)).expect("reads");
        let mut found: Vec<_> = niks.iter().filter(|nik| found.contains(nik)).collect();
        found.sort();
        found.into_iter().copied().collect::<Vec<_>>()
    };
    assert_eq!((elsewhere(&paser), elsewhere(&other)), (vec![], niks[..4].to_vec()));
    keep(&other, 3..7);
    assert_eq!((elsewhere(&paser), elsewhere(&other)), (niks[2..6].to_vec(), niks[..4].to_vec()));
    for store in [&paser, &other] {
        let conflicts = store.read(claims::conflicts).expect("reads");
        assert_eq!(conflicts, [person(3).id, person(4).id]);
        // The table itself is nobody's.
        let answer = store.read(|tx| number(tx, "select count(*) from nik_claim"));
        assert_eq!(answer, Err(StoreError::Forbidden));
    }
    // A number corrected is a number released.
    let corrected = domain::registry::Person { nik: nik(40), ..person(3) };
    other.write(|tx| people::update_all(tx, &[corrected], known())).expect("corrects");
    other.write(claims::tell).expect("tells");
    assert_eq!(paser.read(claims::conflicts), Ok(vec![person(4).id]));
    // Whoever forgets the regency learns nothing.
    paser.faults().forget_tenant();
    assert_eq!((elsewhere(&paser), paser.read(claims::conflicts)), (vec![], Ok(vec![])));
}

#[test]
fn an_embedded_register_is_alone() {
    let directory = crate::twin::FreshDirectory::new();
    let store = open(directory.location());
    store.write(|tx| people::insert_all(tx, [&person(1)], known())).expect("keeps");
    let found = store.read(|tx| claims::elsewhere(tx, &[nik(1)])).expect("reads");
    assert!(found.is_empty());
    assert_eq!(store.read(claims::conflicts), Ok(vec![]));
}

#[test]
fn migrating_again_changes_nothing_and_keeps_the_rights() {
    let Some(database) = database() else { return };
    let wanted = crate::provision::Provision {
        app_role: None,
        read_role: None,
        bi_role: None,
        plan_only: false,
    };
    let done = crate::provision::provision(&database.owner(), &wanted).expect("provisions");
    assert_eq!(done.taken, Vec::new());
    assert_eq!(done.app_roles, ["payung_app"]);
    assert!(done.tables_secured > 25);
    let unknown = crate::provision::Provision { app_role: Some("nobody_here"), ..wanted };
    let answer = crate::provision::provision(&database.owner(), &unknown);
    assert_eq!(answer, Err(StoreError::NotFound { what: "database role" }));
    let strong = crate::provision::Provision { app_role: Some("postgres"), ..wanted };
    let answer = crate::provision::provision(&database.owner(), &strong);
    assert_eq!(answer, Err(StoreError::NotFound { what: "database role" }));
    settle_in(&open(database.location()));
}

/// Counting a table costs more than ten thousand rows of it: it is done as the table grows by half.
#[test]
fn a_table_is_counted_anew_when_it_has_grown() {
    use domain::ledger::{Account, AccountKind, BalanceLimit};

    let Some(database) = database() else { return };
    // The server counts by itself now and then, also just now.
    let by_hand = "alter table account set (autovacuum_enabled = false)";
    tamper(&database.superuser(), by_hand).expect("takes it");
    let store = open(database.location());
    let grown = |from: u64, to: u64| {
        let accounts: Vec<Account> = (from..to)
            .map(|number| Account {
                id: base::Id::derived(u128::from(number).to_be_bytes()),
                code: format!("rekaan.{number}").into(),
                kind: AccountKind::Asset,
                limit: BalanceLimit::None,
            })
            .collect();
        store.write(|tx| crate::ledger::open_accounts(tx, &accounts)).expect("opens");
        let text = "select reltuples::bigint from pg_class where oid = 'account'::regclass";
        store.read(|tx| number(tx, text)).expect("counted")
    };
    assert_eq!(grown(0, 20_000), 20_000);
    assert_eq!(grown(20_000, 26_000), 20_000, "not half as large again");
    assert_eq!(grown(26_000, 32_000), 32_000);
}
