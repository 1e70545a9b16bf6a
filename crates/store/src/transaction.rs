//! A register opened, and the two ways in: one transaction to write, one to read.

use std::sync::Arc;

use base::{Month, RegionCode};

use crate::engine::{Access, Capacity, Link, Location};
use crate::error::StoreError;
use crate::faults::Faults;
use crate::keys::{AtHand, Going, Held, KeyRing};
use crate::log::{self, Pending};
use crate::migrate;
use crate::pool::{Lent, Pool, locked};
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, Value, values};

static PEMDA_INSERT: Sql = sql!("pemda_insert");
static PEMDA_LIST: Sql = sql!("pemda_list");
static CHAIN_BEGIN: Sql = sql!("index_chain_begin");
static OPEN_MONTH: Sql = sql_twin!("open_month");

/// One regency's register.
pub struct Store {
    pub(crate) pool: Arc<Pool>,
    tenant: i64,
    pub(crate) faults: Faults,
    pub(crate) keys: Arc<AtHand>,
}

/// A transaction: the first argument of every function of this crate.
pub struct Tx<'a> {
    pub(crate) link: Lent,
    tenant: i64,
    /// Whose the transaction says it is; nobody's when a test makes it forget.
    asks_as: Option<i64>,
    faults: &'a Faults,
    keys: Option<&'a KeyRing>,
    going: Arc<Going>,
    pending: Pending,
}

impl Store {
    /// Opens the register of a regency (a region of level 2); nothing is written but, for a
    /// directory, the empty file.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the place cannot be reached,
    /// [`StoreError::RoleTooStrong`] when its role could look past what keeps regencies apart.
    pub fn open(location: Location, tenant: RegionCode) -> Result<Store, StoreError> {
        Store::open_as(location, tenant, Capacity::Application)
    }

    pub(crate) fn open_as(
        location: Location,
        tenant: RegionCode,
        capacity: Capacity,
    ) -> Result<Store, StoreError> {
        let pool = Pool::open(location, capacity)?;
        let (faults, keys) = (Faults::default(), Arc::default());
        Ok(Store { pool, tenant: digits(tenant), faults, keys })
    }

    /// The register of another regency in the same place, over the same connections and with the
    /// same keys.
    pub fn of_regency(&self, tenant: RegionCode) -> Store {
        let (pool, keys) = (Arc::clone(&self.pool), Arc::clone(&self.keys));
        Store { pool, tenant: digits(tenant), faults: Faults::default(), keys }
    }

    /// The regencies that a register holds; none when it is new. A server does not tell them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the place cannot be reached.
    pub fn tenants(location: &Location) -> Result<Vec<RegionCode>, StoreError> {
        let mut link = Link::open(location, Access::Write, Capacity::Application)?;
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

    /// Brings the schema up to date, where that is the application's to do: a file's. A server is
    /// made ready by [`crate::provision`]; here it is only asked whether it is. How many migrations
    /// were taken.
    ///
    /// A migration that changes what is kept is an act of its own.
    ///
    /// # Errors
    /// [`StoreError::SchemaNewer`] when a newer Payung has been here, [`StoreError::SchemaOlder`]
    /// when a server waits for its migrations; [`StoreError::Corrupt`] when a table was changed
    /// behind the program's back.
    pub fn migrate(&self) -> Result<u32, StoreError> {
        // A server that is ready is only read: it may be one that follows another.
        if self.read(log::is_settled)? {
            return Ok(0);
        }
        self.write(|tx| {
            log::before_migration(tx)?;
            let taken = match tx.link.is_postgres() {
                false => migrate::migrate(&mut tx.link)?.len(),
                true if migrate::pending(&mut tx.link)?.is_empty() => 0,
                true => {
                    let found = migrate::applied(&mut tx.link)?;
                    return Err(StoreError::SchemaOlder { found });
                }
            };
            let tenant = tx.tenant;
            tx.run(&PEMDA_INSERT, &values![tenant])?;
            // Whoever is new goes by as many steps of the chain as the place.
            tx.run(&CHAIN_BEGIN, &values![tenant])?;
            log::after_migration(tx)?;
            Ok(taken as u32)
        })
    }

    /// The newest migration the register has seen, and the newest this program knows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the register does not answer.
    pub fn schema_version(&self) -> Result<(i64, i64), StoreError> {
        let seen = self.read(|tx| migrate::applied(&mut tx.link))?;
        Ok((seen, migrate::newest()))
    }

    /// Runs `work` in one transaction: kept when it answers `Ok`, undone when `Err`.
    ///
    /// One transaction is one act: whoever changes something kept says so with exactly one audit
    /// line, which becomes one leaf of the log. A write that changes nothing leaves no leaf.
    ///
    /// Writers of a regency work one after the other, on both engines: each sees all that those
    /// before it did, and nothing that it saw changes under it. So no commit is refused for what
    /// another did, and `work` need not be run twice. A connection that died while nobody used it
    /// is replaced before `work` begins. [`StoreError::Busy`] means that the turn did not come in
    /// time; after [`StoreError::Unavailable`] the whole may be tried again, because identifiers
    /// make a repetition a no-op.
    ///
    /// # Errors
    /// What `work` answers, and any [`StoreError`] of beginning and committing.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let turn = self.pool.turn(self.tenant);
        let _turn = locked(&turn);
        self.transact(Access::Write, work)
    }

    /// Runs `work` over one unchanging state of the register; nothing is kept.
    ///
    /// # Errors
    /// What `work` answers, and any [`StoreError`] of beginning.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact(Access::Read, work)
    }

    /// Writes what a file's log holds back into the file, and empties the log unless somebody
    /// reads; whether it is empty now.
    pub(crate) fn empty_log(&self) -> Result<bool, StoreError> {
        let mut link = self.pool.take(Access::Write)?;
        let is_empty = link.empty_log()?;
        link.give_back();
        Ok(is_empty)
    }

    /// Whether the register is a file of this machine, where one process writes at a time.
    pub fn has_one_writer(&self) -> bool {
        self.pool.is_file()
    }

    /// The faults that tests ask for.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Keeps the keys for as long as the register is open; a second bringing changes nothing.
    pub(crate) fn keep_keys(&self, keys: KeyRing) -> Result<(), StoreError> {
        self.keys.bring(&keys);
        Ok(())
    }

    /// Reads what nobody needs keys for, before there are any or whatever they are.
    pub(crate) fn read_without_keys<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.transact_by(Access::Read, None, work)
    }

    /// Writes what nobody needs keys for, in the regency's turn.
    pub(crate) fn write_without_keys<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let turn = self.pool.turn(self.tenant);
        let _turn = locked(&turn);
        self.transact_by(Access::Write, None, work)
    }

    /// The regency.
    pub fn tenant(&self) -> RegionCode {
        RegionCode::from_digits(self.tenant.unsigned_abs(), 2)
    }

    fn transact<T, E: From<StoreError>>(
        &self,
        access: Access,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.transact_by(access, self.keys.held(), work)
    }

    fn transact_by<T, E: From<StoreError>>(
        &self,
        access: Access,
        mut held: Option<Arc<Held>>,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // When `work` unwinds the link is dropped, and the engine undoes what it began.
        let asks_as = (!self.faults.forgets_tenant()).then_some(self.tenant);
        let mut going = Arc::new(self.keys.going(held.as_ref()));
        let link = match (self.begin(access, asks_as, &going), going.refused()) {
            // The chain grew a moment ago: the key file may have grown with it.
            (Err(_), Some(refused)) => {
                self.renew_keys(refused)?;
                held = self.keys.held();
                going = Arc::new(self.keys.going(held.as_ref()));
                self.begin(access, asks_as, &going)?
            }
            (link, _) => link?,
        };
        let ring = held.map(|held| KeyRing::going(held, Arc::clone(&going)));
        let mut tx = self.begun(link, (asks_as, &going), ring.as_ref());
        match work(&mut tx) {
            Ok(answer) => {
                match access {
                    Access::Write => tx.commit()?,
                    Access::Read => tx.link.rollback()?,
                }
                tx.link.give_back();
                // Nobody is answered by another chain, whatever became of the refusal.
                going.refused().map_or(Ok(answer), |refused| Err(refused.into()))
            }
            Err(error) => {
                if tx.link.rollback().is_ok() {
                    tx.link.give_back();
                }
                match going.refused() {
                    // A reader heard of the chain under way, and its keys have followed by now.
                    Some(refused) if self.renew_keys(refused.clone()).is_ok() => {
                        Err(StoreError::Busy.into())
                    }
                    _ => Err(error),
                }
            }
        }
    }

    /// A transaction that has begun on a connection.
    pub(crate) fn begun<'a>(
        &'a self,
        link: Lent,
        (asks_as, going): (Option<i64>, &Arc<Going>),
        keys: Option<&'a KeyRing>,
    ) -> Tx<'a> {
        let (tenant, faults, going) = (self.tenant, &self.faults, Arc::clone(going));
        Tx { link, tenant, asks_as, faults, keys, going, pending: Pending::default() }
    }

    /// A connection with a transaction begun on it for this regency.
    fn begin(
        &self,
        access: Access,
        tenant: Option<i64>,
        going: &Arc<Going>,
    ) -> Result<Lent, StoreError> {
        loop {
            let mut link = self.pool.take(access)?;
            match link.begin_going(access, tenant, going) {
                Ok(()) => return Ok(link),
                // It died on the shelf: the next one, or a new one.
                Err(StoreError::Unavailable { .. }) if !link.fresh => drop(link),
                Err(error) => return Err(error),
            }
        }
    }
}

fn digits(tenant: RegionCode) -> i64 {
    assert_eq!(tenant.level(), 2, "a register belongs to a regency");
    tenant.digits() as i64
}

impl<'a> Tx<'a> {
    /// The keys, for longer than one borrow of the transaction.
    pub(crate) fn keys(&self) -> Result<&'a KeyRing, StoreError> {
        self.keys.ok_or(StoreError::KeysMissing)
    }

    /// Goes on for another regency of the place: whoever brings all of them on does that.
    pub(crate) fn turn_to(&mut self, tenant: i64) -> Result<(), StoreError> {
        self.link.turn_to(tenant)?;
        (self.tenant, self.asks_as) = (tenant, Some(tenant));
        Ok(())
    }

    /// A place where a test may ask for a fault.
    pub(crate) fn at_statement(&self) -> Result<(), StoreError> {
        self.faults.at_statement()
    }

    /// Whether the register has a table of this name.
    pub(crate) fn has_table(&mut self, name: &str) -> Result<bool, StoreError> {
        self.link.has_table(name)
    }

    /// The tenant's digits: the first parameter of every statement.
    pub(crate) fn tenant(&self) -> i64 {
        self.tenant
    }

    /// Runs a statement; the number of rows it changed.
    pub(crate) fn run(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, StoreError> {
        #[cfg(test)]
        self.faults.hear(sql, values);
        self.faults.at_statement()?;
        self.pending.run(&mut self.link, sql, values)
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
        #[cfg(test)]
        self.faults.hear(sql, values);
        self.faults.at_statement()?;
        loop {
            let asked = self.link.each(sql, values, &mut |mut columns| each(&mut columns));
            match asked {
                // It died on the shelf, and nothing was answered: the next one, or a new one.
                Err(StoreError::Unavailable { .. })
                    if self.link.is_unheard() && !self.link.fresh =>
                {
                    self.link.renew()?;
                    self.link.begin_going(Access::Read, self.asks_as, &self.going)?;
                }
                asked => return asked,
            }
        }
    }

    /// Notes that this will be asked: what is foreseen is answered together with the first of it.
    pub(crate) fn foresee(&mut self, sql: &Sql, values: &[Value<'_>]) {
        self.link.foresee(sql, values);
    }

    /// Inserts many rows; how many.
    pub(crate) fn insert<'v, const N: usize>(
        &mut self,
        sql: &Sql,
        rows: impl Iterator<Item = [Value<'v>; N]>,
    ) -> Result<u64, StoreError> {
        #[cfg(test)]
        let rows = rows.inspect(|row| self.faults.hear(sql, row));
        self.faults.at_statement()?;
        let count = self.pending.insert(&mut self.link, sql, rows)?;
        self.faults.at_statement()?;
        Ok(count)
    }

    /// Runs a change or a removal once for each row of values, of which no two name the same row;
    /// how many rows it changed. A server is asked about some thousands at once.
    pub(crate) fn run_all<const N: usize>(
        &mut self,
        sql: &Sql,
        rows: &[[Value<'_>; N]],
    ) -> Result<u64, StoreError> {
        #[cfg(test)]
        rows.iter().for_each(|row| self.faults.hear(sql, row));
        self.faults.at_statement()?;
        let count = self.pending.run_all(&mut self.link, sql, rows)?;
        self.faults.at_statement()?;
        Ok(count)
    }

    /// Makes room for a month in a table that keeps months apart.
    pub(crate) fn open_month(&mut self, table: &str, month: Month) -> Result<(), StoreError> {
        match self.link.is_postgres() {
            true => self.each(&OPEN_MONTH, &values![table, month], |_| Ok(())),
            false => Ok(()),
        }
    }

    /// The types of a statement's parameters, by the server's names.
    #[cfg(test)]
    pub(crate) fn parameters(&mut self, text: &str) -> Result<Vec<String>, StoreError> {
        self.link.parameters(text)
    }

    /// What this transaction has changed and said so far.
    pub(crate) fn pending(&mut self) -> &mut Pending {
        &mut self.pending
    }

    /// What others answer, or nothing when a server of the register does not; the transaction goes
    /// on. An embedded register has no others.
    pub(crate) fn unless_away<T>(
        &mut self,
        ask: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if !self.link().is_postgres() {
            return ask(self).map(Some);
        }
        self.link().batch("savepoint asking")?;
        match ask(self) {
            Err(StoreError::NodeAway) => {
                self.link().batch("rollback to savepoint asking")?;
                Ok(None)
            }
            answer => answer.map(Some),
        }
    }

    /// The connection, for what no statement of ours says.
    pub(crate) fn link(&mut self) -> &mut Link {
        &mut self.link
    }

    /// Whether a test lets writes be committed that say nothing of themselves.
    pub(crate) fn forgives_silence(&self) -> bool {
        self.faults.forgives_silence()
    }

    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        log::settle(self)?;
        if let Err(fault) = self.faults.at_commit() {
            self.link.rollback()?;
            return Err(fault);
        }
        self.link.commit()?;
        self.faults.at_answer()
    }
}
