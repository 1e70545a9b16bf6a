//! An embedded register carried whole into a server, and the proof that nothing changed on the way.
//!
//! The rows travel as [`copies`] reads and fills them, all in one transaction of the server. Before
//! it is kept the server's rows are read back and compared: counts, a digest per table, each
//! account added up anew from its transfers, and the audit log with its root. Logins stay behind,
//! as they do in a backup.

use std::collections::HashMap;

use base::{RegionCode, Rupiah};
use domain::ledger::{Transfer, recomputed};
use sha2::{Digest, Sha256};

use crate::copies::{self, Table};
use crate::engine::Capacity;
use crate::value::Value;
use crate::verify::verify;
use crate::{Location, Store, StoreError, Tx, audit, ledger, months};

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
    /// Digests of all rows in the order of the key, here and there.
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
            let tables = copies::tables(source)?;
            copies::begin_filling(target, &tables).map_err(occupied)?;
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
            copies::end_filling(target)?;
            carried.sort_by(|one, next| one.name.cmp(&next.name));
            let ledger = [added_up(source)?, added_up(target)?];
            let log = [logged(source)?, logged(target)?];
            let carried = Carried { tables: carried, ledger, log };
            // Who pays for which month stayed behind: it is claimed anew where others are.
            for month in months::months(target)? {
                months::align(target, month)?;
            }
            match carried.is_equal() {
                true => Ok(carried),
                false => Err(CarryError::Differs(Box::new(carried))),
            }
        })
    })
}

fn occupied(error: StoreError) -> CarryError {
    match error.is_constraint("register_not_empty") {
        true => CarryError::Occupied,
        false => error.into(),
    }
}

/// The rows of a table, counted and hashed as they pass.
#[derive(Default)]
struct Passing {
    rows: u64,
    hasher: Sha256,
}

impl Passing {
    fn row(&mut self, row: &[u8]) {
        self.rows += 1;
        self.hasher.update((row.len() as u64).to_be_bytes());
        self.hasher.update(row);
    }

    fn sum(&self) -> [u8; 32] {
        self.hasher.clone().finalize().into()
    }
}

/// Reads a table here and writes it there; what was read.
fn send(source: &mut Tx<'_>, target: &mut Tx<'_>, table: &Table) -> Result<Passing, StoreError> {
    let mut passing = Passing::default();
    let (mut batch, mut bytes): (Vec<Vec<u8>>, usize) = (Vec::new(), 0);
    copies::read(source, table, |row| {
        passing.row(row);
        bytes += row.len();
        batch.push(row.to_vec());
        if batch.len() >= BATCH_ROWS || bytes >= BATCH_BYTES {
            put(target, table, &mut batch)?;
            bytes = 0;
        }
        Ok::<_, StoreError>(())
    })?;
    put(target, table, &mut batch)?;
    // What comes next asks for these rows by their keys.
    let name = Value::from(&table.name);
    target.link().ask("select payung_count_anew($1)", &[name], &mut |_| Ok(()))?;
    Ok(passing)
}

fn put(target: &mut Tx<'_>, table: &Table, batch: &mut Vec<Vec<u8>>) -> Result<(), StoreError> {
    let rows: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
    copies::fill(target, table, &rows)?;
    batch.clear();
    Ok(())
}

fn read_back(target: &mut Tx<'_>, table: &Table) -> Result<Passing, StoreError> {
    let mut passing = Passing::default();
    copies::read(target, table, |row| {
        passing.row(row);
        Ok::<_, StoreError>(())
    })?;
    Ok(passing)
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
