//! An embedded register carried whole into a server, and the proof that nothing changed on the way.
//!
//! Every table is read row by row and written in batches, in an order in which references hold,
//! all in one transaction of the server. Before it is kept the server's rows are read back and
//! compared: counts, a digest per table, each account added up anew from its transfers, and the
//! audit log with its root.

mod digest;
mod tables;

use std::collections::HashMap;

use base::{RegionCode, Rupiah};
use domain::ledger::{Transfer, recomputed};

use self::digest::TableDigest;
use self::tables::{Cell, Table};
use crate::engine::Capacity;
use crate::sql::{Sql, sql};
use crate::value::{Value, values};
use crate::verify::verify;
use crate::{Location, Store, StoreError, Tx, audit, ledger};

static PEMDA_INSERT: Sql = sql!("pemda_insert");

/// Rows and bytes that travel together.
const BATCH_ROWS: usize = 4_096;
const BATCH_BYTES: usize = 8 << 20;

/// What was carried, and what the server holds now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// Table by table, in the order of their names.
    pub tables: Vec<CarriedTable>,
    /// The accounts, and the sums of their posted debits and credits on both sides.
    pub ledger: [CarriedLedger; 2],
    /// The audit log on both sides.
    pub log: [CarriedLog; 2],
}

/// An audit log, checked against the rows it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarriedLog {
    /// How many acts.
    pub size: u64,
    /// The root over them.
    pub root: [u8; 32],
    /// What `audit verify` would find fault with.
    pub flaws: u64,
}

/// One table on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarriedTable {
    /// Its name.
    pub name: String,
    /// Rows here and there.
    pub rows: [u64; 2],
    /// Digests of all rows, whatever their order, here and there.
    pub digests: [[u8; 32]; 2],
}

/// A ledger added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarriedLedger {
    /// How many accounts.
    pub accounts: u64,
    /// Debits posted.
    pub debits: Rupiah,
    /// Credits posted.
    pub credits: Rupiah,
    /// Whether every account is what its transfers come to.
    pub adds_up: bool,
}

/// Why nothing was carried.
#[derive(Debug, PartialEq, Eq)]
pub enum CarryError {
    /// The server holds this regency already.
    Occupied,
    /// The two sides differ: nothing was kept.
    Differs(Box<Carried>),
    /// A register refused.
    Store(StoreError),
}

impl From<StoreError> for CarryError {
    fn from(error: StoreError) -> CarryError {
        CarryError::Store(error)
    }
}

impl Carried {
    /// Whether both sides hold the same.
    pub fn is_equal(&self) -> bool {
        let same = |table: &CarriedTable| {
            table.rows[0] == table.rows[1] && table.digests[0] == table.digests[1]
        };
        self.tables.iter().all(same)
            && self.ledger[0] == self.ledger[1]
            && self.log[0] == self.log[1]
            && self.ledger.iter().all(|side| side.adds_up && side.debits == side.credits)
    }
}

/// The register of a server that another is to be carried into. The role may be the application's
/// or one that migrates: whatever it is, it writes for this regency alone.
///
/// # Errors
/// [`StoreError::Unavailable`] when the server cannot be reached.
pub fn open_target(location: Location, tenant: RegionCode) -> Result<Store, StoreError> {
    Store::open_as(location, tenant, Capacity::Migrator)
}

/// Carries a regency's register from a file to a server; `progress` hears the table and its rows.
///
/// # Errors
/// [`CarryError::Occupied`], [`CarryError::Differs`], and those of either register.
pub fn carry(
    from: &Store,
    to: &Store,
    progress: &mut dyn FnMut(&str, u64),
) -> Result<Carried, CarryError> {
    let ((here, known), (there, _)) = (from.schema_version()?, to.schema_version()?);
    if here != known || there != known {
        return Err(StoreError::SchemaOlder { found: here.min(there) }.into());
    }
    from.read(|source| {
        to.write(|target| {
            target.link.batch("set constraints all deferred")?;
            let tenant = target.tenant();
            target.run(&PEMDA_INSERT, &values![tenant])?;
            let tables = tables::in_order(source)?;
            for table in &tables {
                if table.count(target)? > 0 {
                    return Err(CarryError::Occupied);
                }
            }
            let mut carried = Vec::new();
            for table in &tables {
                let sent = send(source, target, table)?;
                progress(&table.name, sent.rows);
                let kept = read_back(target, table)?;
                carried.push(CarriedTable {
                    name: table.name.clone(),
                    rows: [sent.rows, kept.rows],
                    digests: [sent.sum(), kept.sum()],
                });
            }
            carried.sort_by(|one, next| one.name.cmp(&next.name));
            let ledger = [added_up(source)?, added_up(target)?];
            let log = [logged(source)?, logged(target)?];
            let carried = Carried { tables: carried, ledger, log };
            match carried.is_equal() {
                true => Ok(carried),
                false => Err(CarryError::Differs(Box::new(carried))),
            }
        })
    })
}

/// Reads a table here and writes it there; the digest of what was read.
fn send(
    source: &mut Tx<'_>,
    target: &mut Tx<'_>,
    table: &Table,
) -> Result<TableDigest, StoreError> {
    for month in table.months(source)? {
        target.open_month(&table.name, month)?;
    }
    let (mut digest, insert) = (TableDigest::default(), table.insert());
    let (mut batch, mut bytes): (Vec<Vec<Cell>>, usize) = (Vec::new(), 0);
    let tenant = source.tenant();
    source.link.ask(&table.select_in_order(), &values![tenant], &mut |mut columns| {
        let row = table.read(&mut columns)?;
        digest.add(&row);
        bytes += row.iter().map(Cell::len).sum::<usize>();
        batch.push(row);
        if batch.len() >= BATCH_ROWS || bytes >= BATCH_BYTES {
            put(target, &insert, &batch)?;
            batch.clear();
            bytes = 0;
        }
        Ok(())
    })?;
    put(target, &insert, &batch)?;
    // What comes next asks for these rows by their keys.
    let name = Value::from(&table.name);
    target.link.ask("select payung_count_anew($1)", &[name], &mut |_| Ok(()))?;
    Ok(digest)
}

fn put(target: &mut Tx<'_>, insert: &str, batch: &[Vec<Cell>]) -> Result<(), StoreError> {
    let rows = batch.iter().map(|row| row.iter().map(Cell::value).collect::<Vec<_>>());
    target.link.put(insert, rows).map(|_| ())
}

fn read_back(target: &mut Tx<'_>, table: &Table) -> Result<TableDigest, StoreError> {
    let mut digest = TableDigest::default();
    let tenant = target.tenant();
    target.link.ask(&table.select(), &values![tenant], &mut |mut columns| {
        digest.add(&table.read(&mut columns)?);
        Ok(())
    })?;
    Ok(digest)
}

fn logged(tx: &mut Tx<'_>) -> Result<CarriedLog, StoreError> {
    let flaws = verify(tx)?.flaws.len() as u64;
    let (size, root) = audit::head(tx)?;
    Ok(CarriedLog { size, root, flaws })
}

fn added_up(tx: &mut Tx<'_>) -> Result<CarriedLedger, StoreError> {
    let accounts = ledger::accounts(tx)?;
    let mut transfers: Vec<Transfer> = Vec::new();
    ledger::each_transfer(tx, |transfer| transfers.push(transfer))?;
    let overflow = |_| StoreError::Corrupt { what: "the sums of the ledger".into() };
    let anew: HashMap<_, _> = recomputed(&transfers).map_err(overflow)?;
    let adds_up = accounts
        .iter()
        .all(|(account, balance)| anew.get(&account.id).copied().unwrap_or_default() == *balance);
    let posted = accounts.iter();
    Ok(CarriedLedger {
        accounts: accounts.len() as u64,
        debits: Rupiah::sum(posted.clone().map(|(_, b)| b.debits_posted)).map_err(overflow)?,
        credits: Rupiah::sum(posted.map(|(_, b)| b.credits_posted)).map_err(overflow)?,
        adds_up,
    })
}
