//! Fresh registers for tests: an embedded one always, a PostgreSQL one when `PAYUNG_TEST_PG`
//! names a server. Production never comes here.

pub mod tamper;
pub mod tampering;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use base::RegionCode;
use zeroize::Zeroizing;

use crate::engine::{Access, Capacity, Link};
use crate::keys::{IndexStep, KeyMaterial, KeyRing};
use crate::migrate;
use crate::provision::{Provision, provision};
use crate::{Location, Store, StoreError};

pub mod pair;

pub use pair::Pair;

/// The roles of tests: who owns the tables, who works, who looks, who only counts.
const OWNER: &str = "payung_owner";
const APPLICATION: &str = "payung_app";
const READER: &str = "payung_read";
const REPORTER: &str = "payung_report";

static COUNTER: AtomicU32 = AtomicU32::new(0);
/// Another in every process.
static DRAWN: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());

/// The regency of tests: Paser.
pub fn tenant() -> RegionCode {
    RegionCode::from_digits(6401, 2)
}

/// The keys of tests: known to everybody, good for invented people only.
pub fn keys() -> KeyRing {
    keys_of(next_seed())
}

/// The same keys after the index key was followed by so many steps.
pub fn keys_of_steps(steps: u8) -> KeyRing {
    ring_of(next_seed(), steps)
}

/// No two calls give the same, so that no two rings draw the same record keys and nonces.
fn next_seed() -> u32 {
    static SEED: AtomicU32 = AtomicU32::new(1);
    SEED.fetch_add(1, Ordering::Relaxed)
}

fn keys_of(count: u32) -> KeyRing {
    ring_of(count, 0)
}

fn ring_of(count: u32, steps: u8) -> KeyRing {
    let mut seed = [7; 32];
    seed[..4].copy_from_slice(&std::process::id().to_be_bytes());
    seed[4..8].copy_from_slice(&count.to_be_bytes());
    let index = Zeroizing::new([1; 32]);
    let masters = vec![(1, Zeroizing::new([2; 32]))];
    let step = |number| IndexStep { key: Zeroizing::new([100 + number; 32]), made: None };
    let steps = (1..=steps).map(step).collect();
    KeyRing::new(&KeyMaterial { index, index_made: None, steps, masters }, seed)
}

/// Runs a test on a fresh, migrated register of each engine. The rings of the two draw alike, so
/// that the same acts leave the same bytes.
pub fn both(test: impl Fn(&Store)) {
    let seed = next_seed();
    let on = |location| {
        let store = open(location, keys_of(seed));
        test(&store);
        #[cfg(test)]
        crate::indexes::look_through(&store);
    };
    let embedded = FreshDirectory::new();
    on(embedded.location());
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        on(database.location());
    }
}

/// The server that tests may use.
pub fn server_url() -> Option<String> {
    std::env::var("PAYUNG_TEST_PG").ok().filter(|url| !url.is_empty())
}

fn open(location: Location, keys: KeyRing) -> Store {
    let store = Store::open(location, tenant()).expect("a fresh place opens");
    store.unlock(keys).expect("a fresh register takes any keys");
    // What a test of the store writes is mostly no act of anybody.
    store.faults().forgive_silence(true);
    store.migrate().expect("a fresh register migrates");
    store
}

/// A directory that goes when it is dropped.
pub struct FreshDirectory {
    path: PathBuf,
}

impl FreshDirectory {
    /// A directory of its own; it is made by whoever opens it.
    #[expect(clippy::new_without_default, reason = "each call makes another directory")]
    pub fn new() -> FreshDirectory {
        FreshDirectory { path: std::env::temp_dir().join(fresh_name()) }
    }

    /// The place to open.
    pub fn location(&self) -> Location {
        Location::Directory(self.path.clone())
    }
}

impl Drop for FreshDirectory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// A database that goes when it is dropped.
pub struct FreshDatabase {
    server: String,
    name: String,
    /// The other server of the register and its database, when the register has two.
    beside: Option<(Pair, String)>,
}

impl FreshDatabase {
    /// A database of its own, copied from a template that has all migrations. When
    /// `PAYUNG_TEST_PG_BESIDE` names another server, the register's tables of all regencies lie in
    /// parts on both.
    pub fn new(server: &str) -> FreshDatabase {
        match std::env::var("PAYUNG_TEST_PG_BESIDE").ok().filter(|url| !url.is_empty()) {
            Some(beside) => FreshDatabase::of_pair(&Pair::plain(server, &beside)),
            None => FreshDatabase::alone(server),
        }
    }

    /// The same on one server, whatever the environment says.
    pub fn alone(server: &str) -> FreshDatabase {
        let name = fresh_name();
        let template = format!("payung_template_{:016x}", migrate::fingerprint());
        let create = format!("create database {name} owner {OWNER} template {template}");
        if let Err(StoreError::Unavailable { .. } | StoreError::Statement { .. }) =
            administer(server, &create)
        {
            make_roles(server);
            make_template(server, &template);
            administer(server, &create).expect("the test server copies a database");
        }
        FreshDatabase { server: server.to_owned(), name, beside: None }
    }

    /// A database of its own with nothing in it.
    pub fn empty(server: &str) -> FreshDatabase {
        make_roles(server);
        let name = fresh_name();
        administer(server, &format!("create database {name} owner {OWNER}"))
            .expect("the test server makes a database");
        FreshDatabase { server: server.to_owned(), name, beside: None }
    }

    /// The place to open, as the application.
    pub fn location(&self) -> Location {
        Location::Url(url_of(&self.server, APPLICATION, &self.name))
    }

    /// The place as the owner of the tables, who migrates.
    pub fn owner(&self) -> Location {
        Location::Url(url_of(&self.server, OWNER, &self.name))
    }

    /// The place as a role that only looks.
    pub fn reader(&self) -> Location {
        Location::Url(url_of(&self.server, READER, &self.name))
    }

    /// The place as a reporting tool, which sees no table.
    pub fn reporter(&self) -> Location {
        Location::Url(url_of(&self.server, REPORTER, &self.name))
    }

    /// The place as the server's superuser, whom no policy holds.
    pub fn superuser(&self) -> Location {
        let (head, _) = self.server.rsplit_once('/').expect("the URL ends in a database");
        Location::Url(format!("{head}/{}", self.name))
    }

    /// Makes the database ready, as its owner.
    pub fn provision(&self) {
        let wanted = Provision {
            app_role: Some(APPLICATION),
            read_role: Some(READER),
            bi_role: Some(REPORTER),
            plan_only: false,
        };
        provision(&self.owner(), &wanted).expect("an owner migrates");
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        let _ = administer(&self.server, &format!("drop database {} with (force)", self.name));
        if let Some((pair, name)) = &self.beside {
            let _ = administer(&pair.there, &format!("drop database {name} with (force)"));
        }
    }
}

/// Two copies of one template at a time are refused by the server: they queue here.
static COPYING: Mutex<()> = Mutex::new(());

fn administer(server: &str, text: &str) -> Result<(), StoreError> {
    let _copying = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Location::Url(server.to_owned());
    // Another process may be copying the same template at this moment.
    for _ in 0..100 {
        match Link::open(&server, Access::Write, Capacity::Migrator)?.batch(text) {
            Err(StoreError::Unavailable { cause }) if cause.contains("55006") => {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            done => return done,
        }
    }
    Err(StoreError::Busy)
}

/// Makes the roles of tests where they are not there yet.
fn make_roles(server: &str) {
    for role in [OWNER, APPLICATION, READER, REPORTER] {
        let text = format!(
            "do $$ begin create role {role} login; \
             exception when duplicate_object or unique_violation then null; end $$"
        );
        administer(server, &text).expect("the test server makes a role");
    }
}

/// Makes the template under another name first: whoever finds it finds it whole.
fn make_template(server: &str, template: &str) {
    let made = FreshDatabase::empty(server);
    made.provision();
    let rename = format!("alter database {} rename to {template}", made.name);
    if administer(server, &rename).is_ok() {
        // Under its new name it stays, for others to copy.
        std::mem::forget(made);
    }
}

/// The server's URL with another user and another database.
fn url_of(server: &str, user: &str, database: &str) -> String {
    let (head, _) = server.rsplit_once('/').expect("the URL ends in a database");
    let (scheme, rest) = head.split_once("://").expect("the URL begins with a scheme");
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}://{user}@{host}/{database}")
}

fn fresh_name() -> String {
    // Not the process: its number comes again, and who was killed leaves things behind.
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("payung_test_{:016x}_{number}", *DRAWN)
}

/// Statements past every function of this crate, as somebody with the database's own tools would
/// try them.
///
/// # Errors
/// What the engine answers.
pub fn tamper(location: &Location, text: &str) -> Result<(), StoreError> {
    Link::open(location, Access::Write, Capacity::Migrator)?.batch(text)
}
