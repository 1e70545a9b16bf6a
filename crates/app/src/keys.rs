//! The key file of a register: read, made for a new register, added to, and refused when others
//! could read it. Keys never come from the environment or from a flag.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind as IoKind, Read, Write};
use std::path::{Path, PathBuf};

use base::Day;
use serde::Deserialize;
use store::keys::{KeyMaterial, KeyRing, Secret};
use store::{Location, Store};
use zeroize::{Zeroize, Zeroizing};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

/// Where the keys of a register are.
#[derive(Debug)]
pub enum KeySource {
    /// A file of its owner's alone; made when the register is new and the file is not there.
    File(PathBuf),
    /// Keys at hand, as tests have them.
    Ring(Box<KeyRing>),
}

impl KeySource {
    /// The file beside an embedded register, or in a folder of its own for a shared one.
    pub fn beside(folder: &Path) -> KeySource {
        KeySource::File(folder.join("keys.toml"))
    }
}

/// The key file as written.
#[derive(Deserialize)]
struct Written {
    index: String,
    index_made: Option<String>,
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
        KeySource::File(path) => {
            let material = match load(&path)? {
                Some(material) => material,
                None if store.is_sealed()? => return Err(refused("KEYS_MISSING", &path)),
                None => create(&path, today)?,
            };
            KeyRing::new(&material, *fresh()?)
        }
    };
    store.unlock(ring)?;
    store.migrate()?;
    store.note_keys()?;
    // What an older program kept in the clear; it asks once at each opening whether there is any.
    store.seal_remarks()?;
    Ok(store)
}

/// Reads a key file; none when it is not there.
///
/// # Errors
/// `KEYS_EXPOSED` when others than its owner may read it, `KEYS_UNREADABLE`.
pub fn load(path: &Path) -> Result<Option<KeyMaterial>, AppError> {
    let Some(text) = read_private(path)? else { return Ok(None) };
    parse(&text).map(Some).ok_or_else(|| unreadable(path))
}

/// The text of a file that is its owner's alone; none when it is not there.
fn read_private(path: &Path) -> Result<Option<Zeroizing<String>>, AppError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == IoKind::NotFound => return Ok(None),
        Err(_) => return Err(unreadable(path)),
    };
    if is_exposed(&file).map_err(|_| unreadable(path))? {
        return Err(refused("KEYS_EXPOSED", path));
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(|_| unreadable(path))?;
    Ok(Some(text))
}

/// Adds a master key, which from then on seals what is new; its version.
///
/// # Errors
/// `KEYS_MISSING`, and those of [`load`].
pub fn add_master(path: &Path) -> Result<u32, AppError> {
    let mut material = load(path)?.ok_or_else(|| refused("KEYS_MISSING", path))?;
    let version = material.masters.iter().map(|(version, _)| *version).max().unwrap_or(0) + 1;
    material.masters.push((version, fresh()?));
    save(path, &material, Replace::Yes)?;
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
    /// `USER_MAY_NOT`; `KEYS_IN_USE` while some regency in the same place needs an older one.
    pub fn forget_old_keys(
        &self,
        actor: &Actor,
        location: &Location,
        file: &Path,
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
        let mut material = load(file)?.ok_or_else(|| refused("KEYS_MISSING", file))?;
        material.masters.retain(|(version, _)| *version == current);
        save(file, &material, Replace::Yes)?;
        Ok(())
    }
}

/// Makes a key file with fresh keys; when another was faster, theirs.
fn create(path: &Path, today: Day) -> Result<KeyMaterial, AppError> {
    let (index, masters) = (fresh()?, vec![(1, fresh()?)]);
    let material = KeyMaterial { index, index_made: Some(today), masters };
    save(path, &material, Replace::No)?;
    load(path)?.ok_or_else(|| unreadable(path))
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
    write_private(path, &text, Replace::No)?;
    load_single(path)?.ok_or_else(|| unreadable(path))
}

/// The one secret of a file; none when it is not there.
pub(crate) fn load_single(path: &Path) -> Result<Option<Secret>, AppError> {
    let Some(mut text) = read_private(path)? else { return Ok(None) };
    let mut line = text.trim().to_owned();
    text.zeroize();
    secret(&mut line).map(Some).ok_or_else(|| unreadable(path))
}

#[derive(PartialEq)]
enum Replace {
    Yes,
    No,
}

/// Writes a key file whole or not at all.
fn save(path: &Path, material: &KeyMaterial, replace: Replace) -> Result<(), AppError> {
    write_private(path, &print(material), replace)
}

/// Writes a file of its owner's alone, whole or not at all.
fn write_private(path: &Path, text: &str, replace: Replace) -> Result<(), AppError> {
    let unwritable =
        |_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", path.display().to_string());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    let written = (|| {
        let mut file = private_file(&beside)?;
        file.write_all(text.as_bytes())?;
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
    written.map_err(unwritable)
}

fn parse(text: &str) -> Option<KeyMaterial> {
    let mut written: Written = toml::from_str(text).ok()?;
    let index = secret(&mut written.index)?;
    let masters = written.master.iter_mut();
    let masters: Option<Vec<(u32, Secret)>> =
        masters.map(|master| Some((master.version, secret(&mut master.key)?))).collect();
    let masters = masters.filter(|masters| !masters.is_empty())?;
    let index_made = written.index_made.as_deref().and_then(Day::parse_iso);
    Some(KeyMaterial { index, index_made, masters })
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

fn print(material: &KeyMaterial) -> Zeroizing<String> {
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
    for (version, key) in &material.masters {
        write!(text, "\n[[master]]\nversion = {version}\nkey = \"")
            .expect("a string takes everything");
        hex(&mut text, key);
        text.push_str("\"\n");
    }
    text
}

fn fresh() -> Result<Secret, AppError> {
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
fn is_exposed(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    const OTHERS: u32 = 0o077;
    Ok(file.metadata()?.mode() & OTHERS != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &File) -> std::io::Result<bool> {
    Ok(false)
}

#[cfg(unix)]
fn private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kunci/keys.toml");
        assert!(load(&path).expect("nothing there").is_none());
        let day = |text| Day::parse_iso(text).expect("a day");
        let made = create(&path, day("2022-10-03")).expect("makes it");
        let again = create(&path, day("2023-01-01")).expect("keeps it");
        assert_eq!((&made.index, &made.masters), (&again.index, &again.masters));
        assert_eq!(add_master(&path), Ok(2));
        let left = load(&path).expect("readable").expect("there");
        assert_eq!(left.index_made, Some(day("2022-10-03")), "a key more changes nothing of it");
        assert_eq!(left.masters.iter().map(|(version, _)| *version).collect::<Vec<_>>(), [1, 2]);
        let files = path.parent().expect("a folder").read_dir().expect("readable").count();
        assert_eq!(files, 1, "nothing is left beside it");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.toml");
        create(&path, Day::parse_iso("2022-10-03").expect("a day")).expect("makes it");
        let mode = path.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        for open in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).expect("ours");
            let error = load(&path).expect_err("refused");
            assert_eq!(error.code, "KEYS_EXPOSED", "{open:o}");
        }
    }

    #[test]
    fn what_is_not_a_key_file_is_unreadable() {
        let check = |text: &str| assert!(parse(text).is_none(), "{text}");
        check("");
        check("index = \"00\"\n[[master]]\nversion = 1\nkey = \"00\"\n");
        check(&format!("index = \"{}\"\nmaster = []\n", "00".repeat(32)));
        check(&format!("index = \"{}\"\n", "zz".repeat(32)));
    }
}
