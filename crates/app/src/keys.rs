//! The key file of a register: read, made for a new register, added to, and refused when others
//! could read it. Keys never come from the environment or from a flag. It is plain, or a bundle
//! sealed by age, which somebody opens each time.

mod bundle;
mod index;

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind as IoKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use base::Day;
use serde::Deserialize;
use store::keys::{KeyMaterial, KeyRing, Secret};
use store::{Location, Store};
use zeroize::{Zeroize, Zeroizing};

use crate::backup::{Lock, Unlock};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

pub use index::{IndexRotated, steps_made};

/// How long somebody waits who changes a key file that another changes: as long as writers of a
/// server wait for each other.
const TURN_MAX: Duration = Duration::from_secs(30);

/// How often is looked whether the other has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Where the keys of a register are.
#[derive(Debug)]
pub enum KeySource {
    /// A file of its owner's alone; made when the register is new and the file is not there.
    File(KeyFile),
    /// Keys at hand, as tests have them.
    Ring(Box<KeyRing>),
}

/// A key file, and what opens it when it is a bundle.
#[derive(Debug, Clone)]
pub struct KeyFile {
    /// The file.
    pub path: PathBuf,
    /// What opens the bundle; none for a plain file.
    pub unlock: Option<Unlock>,
}

/// What a key file holds.
struct Held {
    material: KeyMaterial,
    /// For whom a bundle is sealed besides whoever opened it: it is sealed for them again.
    recipients: Vec<String>,
}

impl KeySource {
    /// The plain file beside an embedded register, or in a folder of its own for a shared one.
    pub fn beside(folder: &Path) -> KeySource {
        KeySource::File(KeyFile { path: folder.join("keys.toml"), unlock: None })
    }

    /// The folder in which the secrets of the office lie.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        match self {
            KeySource::File(file) => file.path.parent().map(Path::to_owned),
            KeySource::Ring(_) => None,
        }
    }
}

/// The key file as written.
#[derive(Deserialize)]
struct Written {
    index: String,
    index_made: Option<String>,
    #[serde(default)]
    recipients: Vec<String>,
    #[serde(default)]
    index_step: Vec<index::WrittenStep>,
    master: Vec<WrittenMaster>,
}

#[derive(Deserialize)]
struct WrittenMaster {
    version: u32,
    key: String,
}

/// Opens a register with its keys: nothing is written unless they fit.
pub(crate) fn open(
    location: Location,
    pemda: base::RegionCode,
    source: KeySource,
    today: Day,
) -> Result<Store, AppError> {
    let store = Store::open(location, pemda)?;
    let ring = match source {
        KeySource::Ring(ring) => *ring,
        KeySource::File(file) => {
            let material = match load(&file)? {
                Some(material) => material,
                None if store.is_sealed()? || file.unlock.is_some() => {
                    return Err(refused("KEYS_MISSING", &file.path));
                }
                None => create(&file, today)?,
            };
            // A program that works goes on when the index key is followed by a step meanwhile.
            store.renew_keys_by(move || ring(&load(&file).ok().flatten()?).ok());
            ring(&material)?
        }
    };
    store.unlock(ring)?;
    store.migrate()?;
    store.note_keys()?;
    // What an older program kept in the clear; it asks once at each opening whether there is any.
    store.seal_remarks()?;
    store.seal_reasons()?;
    store.seal_notices()?;
    store.carry_matches()?;
    Ok(store)
}

/// Keys at work, with randomness of their own.
///
/// # Errors
/// `UNEXPECTED` where the machine has no randomness.
pub fn ring(material: &KeyMaterial) -> Result<KeyRing, AppError> {
    Ok(KeyRing::new(material, *fresh()?))
}

/// Reads a key file; none when it is not there.
///
/// # Errors
/// `KEYS_EXPOSED` when others than its owner may read it, `KEYS_UNREADABLE`, `KEYS_LOCKED` for a
/// bundle that does not open so.
pub fn load(file: &KeyFile) -> Result<Option<KeyMaterial>, AppError> {
    Ok(held(file)?.map(|held| held.material))
}

fn held(file: &KeyFile) -> Result<Option<Held>, AppError> {
    let path = file.path.as_path();
    let Some(bytes) = read_private_bytes(path)? else { return Ok(None) };
    let plain = match &file.unlock {
        Some(unlock) => bundle::open(&bytes, unlock, path)?,
        None if bundle::is_one(&bytes) => return Err(refused("KEYS_LOCKED", path)),
        None => bytes,
    };
    let text = std::str::from_utf8(&plain).map_err(|_| unreadable(path))?;
    parse(text).map(Some).ok_or_else(|| unreadable(path))
}

/// Whether a key file is a bundle, which must be opened; one that is not there is none.
///
/// # Errors
/// `KEYS_EXPOSED`, `KEYS_UNREADABLE`.
pub fn is_bundle(path: &Path) -> Result<bool, AppError> {
    Ok(read_private_bytes(path)?.is_some_and(|bytes| bundle::is_one(&bytes)))
}

/// Writes the keys of a file into a bundle beside it, or the other way round: a file that is there
/// already is left as it is.
///
/// # Errors
/// `KEYS_MISSING`, `FILE_EXISTS`, and those of [`load`].
pub fn copy(from: &KeyFile, to: &Path, lock: Option<&Lock>) -> Result<(), AppError> {
    let mut held = held(from)?.ok_or_else(|| refused("KEYS_MISSING", &from.path))?;
    if to.exists() {
        return Err(AppError::new(ErrorKind::Conflict, "FILE_EXISTS", to.display().to_string()));
    }
    held.recipients = lock.map(Lock::recipients).unwrap_or_default();
    write_private(to, &bundle::written(&held, lock)?, Replace::No)
}

/// The text of a file that is its owner's alone; none when it is not there.
pub(crate) fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, AppError> {
    let Some(bytes) = read_private_bytes(path)? else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).map_err(|_| unreadable(path))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

fn read_private_bytes(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, AppError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == IoKind::NotFound => return Ok(None),
        Err(_) => return Err(unreadable(path)),
    };
    if is_exposed(&file).map_err(|_| unreadable(path))? {
        return Err(refused("KEYS_EXPOSED", path));
    }
    let mut bytes = Zeroizing::new(Vec::new());
    file.read_to_end(&mut bytes).map_err(|_| unreadable(path))?;
    Ok(Some(bytes))
}

/// Adds a master key, which from then on seals what is new; its version.
///
/// # Errors
/// `KEYS_MISSING`, `STORE_BUSY` while another changes the file, `FILE_UNWRITABLE`, and those of
/// [`load`].
pub fn add_master(file: &KeyFile) -> Result<u32, AppError> {
    let _turn = turn(&file.path)?;
    let mut held = held(file)?.ok_or_else(|| refused("KEYS_MISSING", &file.path))?;
    let masters = &mut held.material.masters;
    let version = masters.iter().map(|(version, _)| *version).max().unwrap_or(0) + 1;
    masters.push((version, fresh()?));
    replace(file, &held)?;
    Ok(version)
}

/// How far a rotation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatus {
    /// The version that seals what is new.
    pub current: u32,
    /// Record keys by the version that wraps them.
    pub records: Vec<(u32, u64)>,
}

impl KeyStatus {
    /// Whether no record is left under an older key.
    pub fn is_rotated(&self) -> bool {
        self.records.iter().all(|(version, _)| *version == self.current)
    }
}

impl Office {
    /// How many record keys each master key wraps.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn key_status(&self) -> Result<KeyStatus, AppError> {
        let (current, records) = self
            .store
            .read(|tx| Ok::<_, AppError>((tx.key_version()?, store::wrapped_counts(tx)?)))?;
        Ok(KeyStatus { current, records })
    }

    /// Puts every record key under the newest master key, a batch at a time; how many there were.
    /// Nobody waits for it, and it may be cut off anywhere and begun again.
    ///
    /// # Errors
    /// `USER_MAY_NOT` and those of the register.
    pub fn rotate_keys(&self, actor: &Actor) -> Result<u64, AppError> {
        const BATCH: u32 = 1_000;
        self.authorize(actor, Operation::Operate, &Target::default())?;
        let (mut after, mut changed) = ([0; 16], 0);
        while let Some((last, more)) = self.store.write(|tx| {
            let done = store::rotate_keys(tx, after, BATCH)?;
            let count = done.map_or(0, |(_, count)| count);
            if count > 0 {
                self.record_count(tx, actor, "keys-rotated", "record-key", count)?;
            }
            Ok::<_, AppError>(done)
        })? {
            (after, changed) = (last, changed + more);
        }
        Ok(changed)
    }

    /// Takes every older master key out of the file of an embedded register, for ever: whatever an
    /// older copy of the register holds can then never be opened.
    ///
    /// # Errors
    /// `USER_MAY_NOT`; `KEYS_IN_USE` while some regency in the same place needs an older one;
    /// `STORE_BUSY` while another changes the file.
    pub fn forget_old_keys(
        &self,
        actor: &Actor,
        location: &Location,
        file: &KeyFile,
    ) -> Result<(), AppError> {
        self.authorize(actor, Operation::Operate, &Target::default())?;
        let current = self.key_status()?.current;
        let registers: Vec<Store> =
            Store::tenants(location)?.into_iter().map(|it| self.store.of_regency(it)).collect();
        for register in &registers {
            let counts = register.read(store::wrapped_counts)?;
            if counts.iter().any(|(version, _)| *version != current) {
                return Err(AppError::refused("KEYS_IN_USE", register.tenant().to_string()));
            }
        }
        for register in &registers {
            register.note_newest_key()?;
        }
        let _turn = turn(&file.path)?;
        let mut held = held(file)?.ok_or_else(|| refused("KEYS_MISSING", &file.path))?;
        held.material.masters.retain(|(version, _)| *version == current);
        replace(file, &held)
    }
}

/// Makes a key file with fresh keys; when another was faster, theirs.
fn create(file: &KeyFile, today: Day) -> Result<KeyMaterial, AppError> {
    let (index, masters) = (fresh()?, vec![(1, fresh()?)]);
    let steps = Vec::new();
    let material = KeyMaterial { index, index_made: Some(today), steps, masters };
    let held = Held { material, recipients: Vec::new() };
    write_keys(&file.path, &bundle::written(&held, None)?, Replace::No)?;
    load(file)?.ok_or_else(|| unreadable(&file.path))
}

/// The turn to read a key file, add to it and write it: of two at once one would take away what the
/// other added, and nothing opens a register without it.
///
/// # Errors
/// `KEYS_MISSING`; `STORE_BUSY` when another does not end in time; `KEYS_UNREADABLE`.
fn turn(path: &Path) -> Result<File, AppError> {
    turn_within(path, TURN_MAX)
}

fn turn_within(path: &Path, limit: Duration) -> Result<File, AppError> {
    let lock = lockable(path).map_err(|error| match error.kind() {
        IoKind::NotFound => refused("KEYS_MISSING", path),
        _ => unreadable(path),
    })?;
    let began = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if began.elapsed() < limit => thread::sleep(LOOK_EVERY),
            Err(TryLockError::WouldBlock) => {
                return Err(AppError::new(ErrorKind::Busy, "STORE_BUSY", ""));
            }
            Err(TryLockError::Error(_)) => return Err(unreadable(path)),
        }
    }
}

/// What is locked: a file beside the key file, wherever a link leads, because another takes the
/// place of the key file itself. It is empty and stays. Some shares lock only what was opened for
/// writing.
fn lockable(path: &Path) -> std::io::Result<File> {
    let mut name = fs::canonicalize(path)?.into_os_string();
    name.push(".lock");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(PathBuf::from(name))
}

/// The folder in which a file lies.
fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Waits until a folder's own list of files is on the disk: until then a file that was written may
/// be the one of before when the power comes back.
#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    #[cfg(test)]
    tests::asked_to_sync()?;
    File::open(folder_of(path))?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Writes a key file anew, whole or not at all; a bundle for the same people as before.
fn replace(file: &KeyFile, held: &Held) -> Result<(), AppError> {
    let lock = match &file.unlock {
        Some(unlock) => Some(unlock.lock_again(&held.recipients)?),
        None => None,
    };
    write_keys(&file.path, &bundle::written(held, lock.as_ref())?, Replace::Yes)
}

/// The one secret of a file, made when the file is not there.
///
/// # Errors
/// `KEYS_EXPOSED` when others than its owner may read it, `KEYS_UNREADABLE`.
pub(crate) fn load_or_make_single(path: &Path) -> Result<Secret, AppError> {
    if let Some(secret) = load_single(path)? {
        return Ok(secret);
    }
    let mut text = Zeroizing::new(String::with_capacity(80));
    for byte in fresh()?.iter() {
        write!(text, "{byte:02x}").expect("a string takes everything");
    }
    text.push('\n');
    write_private(path, text.as_bytes(), Replace::No)?;
    load_single(path)?.ok_or_else(|| unreadable(path))
}

/// The one secret of a file; none when it is not there.
pub(crate) fn load_single(path: &Path) -> Result<Option<Secret>, AppError> {
    let Some(mut text) = read_private(path)? else { return Ok(None) };
    let mut line = text.trim().to_owned();
    text.zeroize();
    secret(&mut line).map(Some).ok_or_else(|| unreadable(path))
}

/// Writes a file of its owner's alone, whole or not at all, in place of what was there.
///
/// # Errors
/// `FILE_UNWRITABLE`.
pub fn write_for_owner(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    write_private(path, bytes, Replace::Yes)
}

#[derive(PartialEq)]
enum Replace {
    Yes,
    No,
}

/// Writes a key file, whole or not at all; its folder too is on the disk when this is done, because
/// a register may need it at once.
fn write_keys(path: &Path, bytes: &[u8], replace: Replace) -> Result<(), AppError> {
    place_private(path, bytes, replace)?;
    sync_folder(path).map_err(|_| AppError::unwritable(path))
}

/// Writes a file of its owner's alone, whole or not at all. It takes its place on the disk at once
/// where a folder can be asked for that; of some others' shares it cannot.
fn write_private(path: &Path, bytes: &[u8], replace: Replace) -> Result<(), AppError> {
    place_private(path, bytes, replace)?;
    let _ = sync_folder(path);
    Ok(())
}

fn place_private(path: &Path, bytes: &[u8], replace: Replace) -> Result<(), AppError> {
    let failed = |_| AppError::unwritable(path);
    fs::create_dir_all(folder_of(path)).map_err(failed)?;
    let beside = beside(path);
    let written = (|| {
        let mut file = private_file(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        match replace {
            Replace::Yes => fs::rename(&beside, path),
            // A link refuses to take the place of what is there already.
            Replace::No => match fs::hard_link(&beside, path) {
                Err(error) if error.kind() != IoKind::AlreadyExists => Err(error),
                _ => Ok(()),
            },
        }
    })();
    if replace == Replace::No || written.is_err() {
        // A leftover is only untidy, and as private as the file itself.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(failed)
}

/// A name beside a file that nobody else makes: of this process, and of the whole name, because two
/// files may differ in their ending alone.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    PathBuf::from(name)
}

fn parse(text: &str) -> Option<Held> {
    let mut written: Written = toml::from_str(text).ok()?;
    let key = secret(&mut written.index)?;
    let masters = written.master.iter_mut();
    let masters: Option<Vec<(u32, Secret)>> =
        masters.map(|master| Some((master.version, secret(&mut master.key)?))).collect();
    let masters = masters.filter(|masters| !masters.is_empty())?;
    let index_made = written.index_made.as_deref().and_then(Day::parse_iso);
    let steps = index::parse(&mut written.index_step)?;
    let material = KeyMaterial { index: key, index_made, steps, masters };
    Some(Held { material, recipients: written.recipients })
}

/// Reads sixty-four hexadecimal digits, and overwrites them.
fn secret(text: &mut String) -> Option<Secret> {
    let mut bytes: Secret = Zeroizing::new([0; 32]);
    let whole = text.len() == 64 && text.is_ascii();
    for (at, byte) in bytes.iter_mut().enumerate().filter(|_| whole) {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    text.zeroize();
    whole.then_some(bytes)
}

fn print(Held { material, recipients }: &Held) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(1024));
    text.push_str(
        "# Kunci register Payung. Tanpa berkas ini data pribadi tidak dapat dibaca lagi oleh\n\
         # siapa pun. Simpan salinannya di tempat aman, terpisah dari cadangan data.\n",
    );
    let hex = |text: &mut String, secret: &Secret| {
        for byte in secret.iter() {
            write!(text, "{byte:02x}").expect("a string takes everything");
        }
    };
    text.push_str("index = \"");
    hex(&mut text, &material.index);
    text.push_str("\"\n");
    if let Some(made) = material.index_made {
        writeln!(text, "index_made = \"{made}\"").expect("a string takes everything");
    }
    if !recipients.is_empty() {
        writeln!(text, "recipients = {recipients:?}").expect("a string takes everything");
    }
    index::print(&mut text, &material.steps, hex);
    for (version, key) in &material.masters {
        write!(text, "\n[[master]]\nversion = {version}\nkey = \"")
            .expect("a string takes everything");
        hex(&mut text, key);
        text.push_str("\"\n");
    }
    text
}

pub(crate) fn fresh() -> Result<Secret, AppError> {
    let mut bytes: Secret = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes)
        .map_err(|error| AppError::new(ErrorKind::External, "UNEXPECTED", error.to_string()))?;
    Ok(bytes)
}

fn refused(code: &str, path: &Path) -> AppError {
    AppError::refused(code, path.display().to_string())
}

fn unreadable(path: &Path) -> AppError {
    AppError::new(ErrorKind::External, "KEYS_UNREADABLE", path.display().to_string())
}

#[cfg(unix)]
pub(crate) fn is_exposed(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    const OTHERS: u32 = 0o077;
    Ok(file.metadata()?.mode() & OTHERS != 0)
}

#[cfg(not(unix))]
pub(crate) fn is_exposed(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

/// A new file of its owner's alone.
#[cfg(unix)]
pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// A new file of its owner's alone.
#[cfg(not(unix))]
pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod followed;
#[cfg(test)]
mod tests;
