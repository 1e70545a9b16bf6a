//! A register copied while people work in it, sealed for whoever holds a key, proved, and brought
//! back into an empty place of either engine.
//!
//! The copy is an archive (`documents::archive`), deflated and sealed in the age format. The key
//! file of the register is not in it: identity in it stays sealed without that file.

mod erasures;
mod lock;

use std::io::{self, BufRead, BufReader, Read, Write};

use base::{Day, RegionCode};
use documents::archive::{self, Damage, Facts, Part, Summing, TableSum};
use domain::access;
use flate2::bufread::DeflateDecoder;
use flate2::write::DeflateEncoder;
use sha2::{Digest, Sha256};
use store::copies::{self, Table};
use store::keys::KeyRing;
use store::{Location, Store, StoreError, Tx};

use crate::error::{AppError, ErrorKind};
use crate::ledger::prove_ledger;
use crate::office::{Actor, Office, Operation, Target};

pub use erasures::{ErasedAgain, ErasureList, StillNeeded};
pub use lock::{KeyPair, Lock, Unlock, new_key_pair};
pub(crate) use lock::{seal, unseal};

#[cfg(test)]
mod tests;

/// Where a register keeps when it was copied last: the moment and the hash of the file.
const LAST: &str = "backup-last";

/// What a copy holds, as it says itself and as was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// What it is of: `tenant`, `schema`, `program`, `created_ms`.
    pub head: Facts,
    /// Every table.
    pub tables: Vec<TableSum>,
    /// What was proved of it: `debits_rupiah`, `credits_rupiah`, `acts`, `acts_root`.
    pub facts: Facts,
}

/// A copy just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What it holds.
    pub copy: Copy,
    /// SHA-256 of the sealed bytes.
    pub hash: [u8; 32],
    /// How many they are.
    pub bytes: u64,
    /// When it was begun, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// When a register was copied last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastCopy {
    /// When it was begun, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

impl Copy {
    /// The rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// A fact of the head or of the end.
    pub fn fact(&self, name: &str) -> Option<&str> {
        fact(&self.head, name).or_else(|| fact(&self.facts, name))
    }

    /// The hash over everything that was copied: equal hashes, equal registers.
    pub fn content_hash(&self) -> [u8; 32] {
        let mut tables: Vec<&TableSum> = self.tables.iter().collect();
        tables.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        let mut hasher = Sha256::new();
        for table in tables {
            hasher.update(format!("{} {}\n", table.name, table.rows));
            hasher.update(table.hash);
        }
        hasher.finalize().into()
    }
}

impl Office {
    /// Copies the register as it is at this moment; who works meanwhile is not held up.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `LEDGER_UNBALANCED`, `BACKUP_KEY_INVALID`, `FILE_UNWRITABLE`.
    pub fn back_up(&self, actor: &Actor, lock: &Lock, out: impl Write) -> Result<Made, AppError> {
        self.authorize(actor, Operation::Operate, &Target::default())?;
        let at_ms = self.now_ms();
        let (_, schema) = self.store.schema_version()?;
        let head = facts([
            ("tenant", self.store.tenant().to_string()),
            ("schema", schema.to_string()),
            ("program", env!("CARGO_PKG_VERSION").to_owned()),
            ("created_ms", at_ms.to_string()),
        ]);
        let sealed = lock::seal(lock, Counting { out, hasher: Sha256::new(), bytes: 0 })?;
        let packed = DeflateEncoder::new(sealed, flate2::Compression::fast());
        let mut writer = archive::Writer::begin(packed, &head).map_err(unwritable)?;
        let end = self.store.read(|tx| copy_tables(tx, &mut writer))?;
        let (packed, tables) = writer.finish(&end).map_err(unwritable)?;
        let sealed = packed.finish().map_err(unwritable)?;
        let mut counted = sealed.finish().map_err(unwritable)?;
        counted.flush().map_err(unwritable)?;
        let (hash, bytes) = (counted.hasher.finalize().into(), counted.bytes);
        Ok(Made { copy: Copy { head, tables, facts: end }, hash, bytes, at_ms })
    }

    /// Writes down that a copy was made and is where it should be.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn note_backup(&self, actor: &Actor, made: &Made) -> Result<(), AppError> {
        let (short, _) = made.hash.split_first_chunk::<16>().expect("a hash has 32 bytes");
        self.store.write(|tx| {
            store::settings::set(tx, LAST, &made.at_ms.to_string())?;
            self.record(tx, actor, "backup-made", "backup", short)
        })
    }

    /// When the register was copied last, as far as it knows.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn last_backup(&self) -> Result<Option<LastCopy>, AppError> {
        let text = self.store.read(|tx| store::settings::get(tx, LAST))?;
        Ok(text.and_then(|text| text.parse().ok()).map(|at_ms| LastCopy { at_ms }))
    }
}

/// Reads a copy from end to end: every seal, every hash, every count.
///
/// # Errors
/// `BACKUP_WRONG_KEY`, `BACKUP_DAMAGED`, `BACKUP_NOT_ONE`.
pub fn verify(from: impl Read, unlock: &Unlock) -> Result<Copy, AppError> {
    let mut reader = open(from, unlock)?;
    let head = reader.head().clone();
    loop {
        if let Part::End { tables, facts } = reader.next_part().map_err(damage)? {
            nothing_follows(reader.into_inner())?;
            return Ok(Copy { head, tables, facts });
        }
    }
}

/// Writes what a copy holds, unsealed and unpacked, as tests and examiners look at it.
///
/// # Errors
/// Those of [`verify`].
pub fn unpack(from: impl Read, unlock: &Unlock, out: &mut impl Write) -> Result<(), AppError> {
    let unsealed = lock::unseal(BufReader::new(from), unlock)?;
    let mut plain = DeflateDecoder::new(BufReader::new(unsealed));
    io::copy(&mut plain, out).map(|_| ()).map_err(|_| damaged("cut"))
}

/// A copy that is to be brought back: where to, and what becomes of whoever was erased since.
pub struct Restoring<'r> {
    /// What opens it.
    pub unlock: &'r Unlock,
    /// The place, which holds nothing of the region yet.
    pub location: Location,
    /// The region that it is brought back for.
    pub pemda: RegionCode,
    /// What becomes of whoever was erased after it was made.
    pub erased: Erased<'r>,
}

/// What becomes of whoever was erased after a copy was made.
pub enum Erased<'r> {
    /// They are erased again by this list, once the place is open ([`Office::erase_again`]).
    Again(Again<'r>),
    /// They come back: the log of the place says so.
    ComeBack,
}

/// What erasing again needs; it is looked at before anything is kept.
pub struct Again<'r> {
    /// Who.
    pub list: &'r ErasureList,
    /// The keys of the register.
    pub keys: &'r KeyRing,
    /// In the name of which account.
    pub actor: &'r str,
    /// The day on which that account acts.
    pub today: Day,
}

/// Brings a copy into a place that holds nothing of its region yet: all of it, or nothing.
///
/// Whatever would keep those on the list of erasures from being erased again is refused before
/// anything is kept: a copy of another region, a list that this register did not write, keys that
/// do not open it, an account that may not. What was written is read back and must come to the same
/// hashes; the ledger is added up anew.
///
/// # Errors
/// Those of [`verify`]; `BACKUP_OF_ANOTHER`, `BACKUP_OTHER_SCHEMA`, `BACKUP_TARGET_NOT_EMPTY`,
/// `ERASURES_OF_ANOTHER`, `ERASURES_FORGED`, `KEYS_DIFFER`, `KEYS_INDEX_OLDER`, `USER_UNKNOWN`,
/// `USER_MAY_NOT`; `INDEX_CHAIN_AHEAD` when the others of the place go by fewer steps of the index
/// key.
pub fn restore(from: impl Read, wish: Restoring<'_>) -> Result<Copy, AppError> {
    let mut reader = open(from, wish.unlock)?;
    let head = reader.head().clone();
    let tenant = tenant_of(&head)?;
    if tenant != wish.pemda {
        return Err(AppError::refused("BACKUP_OF_ANOTHER", tenant.to_string()));
    }
    if let Erased::Again(again) = &wish.erased {
        again.list.check_by(tenant, again.keys)?;
    }
    let store = Store::open(wish.location, tenant)?;
    store.migrate()?;
    let (_, known) = store.schema_version()?;
    let schema = fact(&head, "schema").unwrap_or_default();
    if schema != known.to_string() {
        return Err(AppError::refused("BACKUP_OTHER_SCHEMA", format!("{schema} / {known}")));
    }
    let (sums, end) = store.write(|tx| {
        let tables = copies::tables(tx)?;
        copies::begin_filling(tx, &tables).map_err(target_refusal)?;
        let (sums, end) = fill(tx, &tables, &mut reader)?;
        nothing_follows(reader.into_inner())?;
        copies::end_filling(tx)?;
        prove(tx, &tables, &sums)?;
        match &wish.erased {
            Erased::Again(again) => again.check(tx)?,
            Erased::ComeBack => copies::say_erased_came_back(tx)?,
        }
        // What others took since the copy was made is theirs: its months are claimed anew.
        for month in store::months::months(tx)? {
            store::months::align(tx, month)?;
        }
        Ok::<_, AppError>((sums, end))
    })?;
    let _ = store::months::settle(&store);
    Ok(Copy { head, tables: sums, facts: end })
}

impl Again<'_> {
    /// Refuses keys that do not open what came, and an account that may erase nobody in it.
    fn check(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        tx.expect_keys(self.keys)?;
        let user = store::orgs::user_by_name(tx, self.actor)?;
        let user = user.ok_or_else(|| AppError::not_found("USER_UNKNOWN", self.actor))?;
        let held = store::access::grants_of(tx, user.id)?.into_iter().map(|record| record.grant);
        let own: Vec<_> = held.filter(|grant| grant.lent_by.is_none() && !grant.glass).collect();
        let may = access::may_somewhere(&own, self.today, Operation::Operate);
        match may && user.suspended_at_ms.is_none() {
            true => Ok(()),
            false => Err(AppError::refused("USER_MAY_NOT", self.actor)),
        }
    }
}

/// The region that a copy is of.
fn tenant_of(head: &Facts) -> Result<RegionCode, AppError> {
    let tenant = fact(head, "tenant").and_then(RegionCode::parse);
    tenant.filter(|tenant| tenant.level() == 2).ok_or_else(|| damaged("tenant"))
}

/// Every table into the archive; what is said at its end.
fn copy_tables<W: Write>(
    tx: &mut Tx<'_>,
    writer: &mut archive::Writer<W>,
) -> Result<Facts, AppError> {
    for table in copies::tables(tx)? {
        writer.table(&table.name, &table.shape()).map_err(unwritable)?;
        copies::read(tx, &table, |row| writer.row(row).map_err(unwritable))?;
    }
    let total = prove_ledger(tx)?.total;
    let acts = store::verify::verify(tx)?;
    let root = acts.root(acts.size()).unwrap_or_default();
    Ok(facts([
        ("acts", acts.size().to_string()),
        ("acts_root", hex(&root)),
        ("debits_rupiah", total.debits_posted.0.to_string()),
        ("credits_rupiah", total.credits_posted.0.to_string()),
    ]))
}

fn fill<R: Read>(
    tx: &mut Tx<'_>,
    tables: &[Table],
    reader: &mut archive::Reader<R>,
) -> Result<(Vec<TableSum>, Facts), AppError> {
    let mut at: Option<&Table> = None;
    loop {
        match reader.next_part().map_err(damage)? {
            Part::Table { name, shape } => {
                let known = tables.iter().find(|table| table.name == name);
                at = Some(
                    known
                        .filter(|table| table.shape() == shape)
                        .ok_or_else(|| AppError::refused("BACKUP_OTHER_SCHEMA", name))?,
                );
            }
            Part::Rows(block) => {
                let table = at.ok_or_else(|| damaged("rows"))?;
                copies::fill(tx, table, &block.rows())?;
            }
            Part::End { tables, facts } => return Ok((tables, facts)),
        }
    }
}

/// What was written, read back: the same hashes; every act is proved, and the ledger balances.
fn prove(tx: &mut Tx<'_>, tables: &[Table], wanted: &[TableSum]) -> Result<(), AppError> {
    for table in tables {
        let mut sum = Summing::begin(&table.name, &table.shape());
        copies::read(tx, table, |row| {
            sum.row(row);
            Ok::<_, StoreError>(())
        })?;
        let found = sum.finish();
        match wanted.iter().find(|wanted| wanted.name == found.name) {
            Some(wanted) if *wanted == found => {}
            None if found.rows == 0 => {}
            _ => return Err(damaged(&table.name)),
        }
    }
    match store::verify::verify(tx)?.flaws.is_empty() {
        true => prove_ledger(tx).map(|_| ()),
        false => Err(damaged("acts")),
    }
}

/// A stream unsealed and unpacked.
type Opened<R> = archive::Reader<DeflateDecoder<BufReader<age::stream::StreamReader<R>>>>;

fn open<R: Read>(from: R, unlock: &Unlock) -> Result<Opened<BufReader<R>>, AppError> {
    let unsealed = lock::unseal(BufReader::new(from), unlock)?;
    archive::Reader::begin(DeflateDecoder::new(BufReader::new(unsealed))).map_err(damage)
}

/// The last seal is looked at by whoever reads to the end.
fn nothing_follows<R: BufRead>(packed: DeflateDecoder<R>) -> Result<(), AppError> {
    match packed.into_inner().read(&mut [0]) {
        Ok(0) => Ok(()),
        _ => Err(damaged("end")),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn facts<const N: usize>(pairs: [(&str, String); N]) -> Facts {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn fact<'f>(facts: &'f Facts, name: &str) -> Option<&'f str> {
    facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn damaged(where_: &str) -> AppError {
    AppError::new(ErrorKind::Integrity, "BACKUP_DAMAGED", where_)
}

fn damage(damage: Damage) -> AppError {
    let what = match damage {
        Damage::NotAnArchive => {
            return AppError::new(ErrorKind::Integrity, "BACKUP_NOT_ONE", "");
        }
        Damage::Cut => "cut",
        Damage::Malformed => "malformed",
        Damage::TableDiffers => "table",
        Damage::Trailing => "trailing",
    };
    damaged(what)
}

fn target_refusal(error: StoreError) -> AppError {
    match error.is_constraint("register_not_empty") {
        true => AppError::new(ErrorKind::Conflict, "BACKUP_TARGET_NOT_EMPTY", ""),
        false => error.into(),
    }
}

fn unwritable(error: io::Error) -> AppError {
    AppError::new(ErrorKind::External, "FILE_UNWRITABLE", error.kind().to_string())
}

/// Counts and hashes what passes.
struct Counting<W> {
    out: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
