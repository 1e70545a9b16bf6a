//! A register opened, and the two ways in: one transaction to write, one to read.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base::RegionCode;

use crate::engine::{Access, Link, Location};
use crate::error::StoreError;
use crate::faults::Faults;
use crate::migrate;
use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, values};

static PEMDA_INSERT: Sql = sql!("pemda_insert");
static PEMDA_LIST: Sql = sql!("pemda_list");

/// Connections kept open while nobody uses them, of each kind.
const IDLE_MAX: usize = 8;

/// One regency's register.
pub struct Store {
    location: Location,
    tenant: i64,
    readers: Mutex<Vec<Link>>,
    writers: Mutex<Vec<Link>>,
    /// Where only one may write, writers of this process queue here rather than at the file.
    turn: Option<Mutex<()>>,
    faults: Faults,
}

/// A transaction: the first argument of every function of this crate.
pub struct Tx<'a> {
    link: Link,
    tenant: i64,
    faults: &'a Faults,
}

impl Store {
    /// Opens the register of a regency (a region of level 2); nothing is written but, for a
    /// directory, the empty file.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the place cannot be reached.
    pub fn open(location: Location, tenant: RegionCode) -> Result<Store, StoreError> {
        assert_eq!(tenant.level(), 2, "a register belongs to a regency");
        let first = Link::open(&location, Access::Write)?;
        let turn = Link::has_one_writer(&location).then(|| Mutex::new(()));
        Ok(Store {
            location,
            tenant: tenant.digits() as i64,
            readers: Mutex::new(Vec::new()),
            writers: Mutex::new(vec![first]),
            turn,
            faults: Faults::default(),
        })
    }

    /// The regencies that a register holds; none when it is new.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the place cannot be reached.
    pub fn tenants(location: &Location) -> Result<Vec<RegionCode>, StoreError> {
        let mut link = Link::open(location, Access::Write)?;
        if !link.has_table("pemda")? {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        link.each(&PEMDA_LIST, &[], &mut |mut columns| {
            found.push(columns.take()?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Brings the schema up to date; how many migrations it took.
    ///
    /// # Errors
    /// [`StoreError::SchemaNewer`] when a newer Payung has been here.
    pub fn migrate(&self) -> Result<u32, StoreError> {
        self.write(|tx| {
            let taken = migrate::migrate(&mut tx.link)?;
            let tenant = tx.tenant;
            tx.run(&PEMDA_INSERT, &values![tenant])?;
            Ok(taken)
        })
    }

    /// The newest migration the register has seen, and the newest this program knows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the register does not answer.
    pub fn schema_version(&self) -> Result<(i64, i64), StoreError> {
        let seen = self.read(|tx| match tx.link.has_table("migration")? {
            true => migrate::applied(&mut tx.link),
            false => Ok(0),
        })?;
        Ok((seen, migrate::newest()))
    }

    /// Runs `work` in one transaction: kept when it answers `Ok`, undone when `Err`.
    ///
    /// Writers see and change the register as if each were alone. PostgreSQL may find out late that
    /// two were not: then the answer is [`StoreError::Busy`] and the whole may be tried again.
    ///
    /// # Errors
    /// What `work` answers, and any [`StoreError`] of beginning and committing.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let _turn = self.turn.as_ref().map(locked);
        self.transact(Access::Write, &self.writers, work)
    }

    /// Runs `work` over one unchanging state of the register; nothing is kept.
    ///
    /// # Errors
    /// What `work` answers, and any [`StoreError`] of beginning.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(Access::Read, &self.readers, work)
    }

    /// The faults that tests ask for.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The regency.
    pub fn tenant(&self) -> RegionCode {
        RegionCode::from_digits(self.tenant.unsigned_abs(), 2)
    }

    fn transact<T, E: From<StoreError>>(
        &self,
        access: Access,
        idle: &Mutex<Vec<Link>>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // When `work` unwinds the link is dropped, and the engine undoes what it began.
        let link = match locked(idle).pop() {
            Some(link) => link,
            None => Link::open(&self.location, access)?,
        };
        let mut tx = Tx { link, tenant: self.tenant, faults: &self.faults };
        tx.link.begin(access)?;
        match work(&mut tx) {
            Ok(answer) => {
                match access {
                    Access::Write => tx.commit()?,
                    Access::Read => tx.link.rollback()?,
                }
                keep(idle, tx.link);
                Ok(answer)
            }
            Err(error) => {
                if tx.link.rollback().is_ok() {
                    keep(idle, tx.link);
                }
                Err(error)
            }
        }
    }
}

fn keep(idle: &Mutex<Vec<Link>>, link: Link) {
    let mut idle = locked(idle);
    if idle.len() < IDLE_MAX {
        idle.push(link);
    }
}

/// A lock whose holder panicked protects nothing half done: links in use are not in the list.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tx<'_> {
    /// The tenant's digits: the first parameter of every statement.
    pub(crate) fn tenant(&self) -> i64 {
        self.tenant
    }

    /// Runs a statement; the number of rows it changed.
    pub(crate) fn run(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, StoreError> {
        self.faults.at_statement()?;
        self.link.run(sql, values)
    }

    /// All rows of an answer.
    pub(crate) fn all<T>(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        mut read: impl FnMut(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.each(sql, values, |columns| {
            found.push(read(columns)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// The only row of an answer.
    pub(crate) fn one<T>(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        read: impl FnMut(&mut Columns<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = self.all(sql, values, read)?;
        assert!(found.len() <= 1, "{} answers at most one row", sql.name);
        Ok(found.pop())
    }

    /// Every row of an answer, one at a time.
    pub(crate) fn each(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        mut each: impl FnMut(&mut Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.faults.at_statement()?;
        self.link.each(sql, values, &mut |mut columns| each(&mut columns))
    }

    /// Inserts many rows; how many.
    pub(crate) fn insert<'v, const N: usize>(
        &mut self,
        sql: &Sql,
        rows: impl Iterator<Item = [Value<'v>; N]>,
    ) -> Result<u64, StoreError> {
        self.faults.at_statement()?;
        let count = self.link.insert(sql, rows)?;
        self.faults.at_statement()?;
        Ok(count)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if let Err(fault) = self.faults.at_commit() {
            self.link.rollback()?;
            return Err(fault);
        }
        self.link.commit()
    }
}
