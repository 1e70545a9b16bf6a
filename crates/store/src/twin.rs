//! Fresh registers for tests: an embedded one always, a PostgreSQL one when `PAYUNG_TEST_PG`
//! names a server. Production never comes here.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use base::RegionCode;

use crate::engine::{Access, Link};
use crate::migrate;
use crate::{Location, Store, StoreError};

static COUNTER: AtomicU32 = AtomicU32::new(0);

/// The regency of tests: Paser.
pub fn tenant() -> RegionCode {
    RegionCode::from_digits(6401, 2)
}

/// Runs a test on a fresh, migrated register of each engine.
pub fn both(test: impl Fn(&Store)) {
    let embedded = FreshDirectory::new();
    test(&open(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&open(database.location()));
    }
}

/// The server that tests may use.
pub fn server_url() -> Option<String> {
    std::env::var("PAYUNG_TEST_PG").ok().filter(|url| !url.is_empty())
}

fn open(location: Location) -> Store {
    let store = Store::open(location, tenant()).expect("a fresh place opens");
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
}

impl FreshDatabase {
    /// A database of its own, copied from a template that has all migrations.
    pub fn new(server: &str) -> FreshDatabase {
        let name = fresh_name();
        let template = format!("payung_template_{:016x}", migrate::fingerprint());
        let create = format!("create database {name} template {template}");
        if administer(server, &create) == Err(no_such_database()) {
            make_template(server, &template);
            administer(server, &create).expect("the test server copies a database");
        }
        FreshDatabase { server: server.to_owned(), name }
    }

    /// The place to open.
    pub fn location(&self) -> Location {
        Location::Url(url_of(&self.server, &self.name))
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        let _ = administer(&self.server, &format!("drop database {} with (force)", self.name));
    }
}

/// Two copies of one template at a time are refused by the server: they queue here.
static COPYING: Mutex<()> = Mutex::new(());

fn administer(server: &str, text: &str) -> Result<(), StoreError> {
    let _copying = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
    let server = Location::Url(server.to_owned());
    // Another process may be copying the same template at this moment.
    for _ in 0..100 {
        match Link::open(&server, Access::Write)?.batch(text) {
            Err(StoreError::Unavailable { cause }) if cause.contains("55006") => {
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            done => return done,
        }
    }
    Err(StoreError::Busy)
}

/// What the server answers when the template is not there yet.
fn no_such_database() -> StoreError {
    StoreError::Unavailable { cause: "SQLSTATE 3D000".into() }
}

/// Makes the template under another name first: whoever finds it finds it whole.
fn make_template(server: &str, template: &str) {
    let name = fresh_name();
    administer(server, &format!("create database {name}")).expect("the test server answers");
    drop(open(Location::Url(url_of(server, &name))));
    if administer(server, &format!("alter database {name} rename to {template}")).is_err() {
        // Another process was faster.
        let _ = administer(server, &format!("drop database {name}"));
    }
}

/// The server's URL with another database at its end.
fn url_of(server: &str, database: &str) -> String {
    let (head, _) = server.rsplit_once('/').expect("the URL ends in a database");
    format!("{head}/{database}")
}

fn fresh_name() -> String {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("payung_test_{}_{number}", std::process::id())
}
