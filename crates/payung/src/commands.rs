//! One module per group of commands: parse, call a use case, print.

pub mod agreements;
pub mod annexes;
pub mod audit;
pub mod backup;
pub mod bank;
pub mod batch;
pub mod bills;
pub mod board;
pub mod card_days;
pub mod cards;
pub mod check;
pub mod claims;
pub mod cover;
pub mod coverage;
pub mod demo;
pub mod doctor;
pub mod duplicates;
pub mod events;
pub mod funds;
pub mod import;
pub mod jht;
pub mod keys;
pub mod law;
pub mod ledger;
pub mod link;
pub mod lists;
pub mod messages;
pub mod notices;
pub mod organisations;
pub mod outreach;
pub mod people;
pub mod place;
pub mod plan;
pub mod programmes;
pub mod provider;
pub mod quote;
mod scholarship;
pub mod secrets;
pub mod serve;
pub mod setup;
pub mod sheets;
pub mod shell;
pub mod sipp;
pub mod snap;
pub mod tasks;
pub mod user;
pub mod wall;

mod secret;

use std::fs;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::backup::Unlock;
use app::environment::Environment;
use app::error::{AppError, ErrorKind, typed};
use app::keys::{self as key_files, KeyFile, KeySource};
use app::office::{Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use base::{Day, Month, RegionCode, Rupiah};

use crate::cli::Global;
use crate::door::Door;

/// What a command ends with.
pub type Done = anyhow::Result<ExitCode>;

/// Opens the register that the flags name, for those who may do what the command does.
pub fn open(global: &Global) -> Result<Office, AppError> {
    open_with(global, key_file(global)?)
}

/// The same with a key file that was opened already.
pub fn open_with(global: &Global, keys: KeyFile) -> Result<Office, AppError> {
    let office = Office::open(OfficeOptions {
        location: location(global),
        pemda: region(&global.pemda)?,
        reader: reader(),
        environment: environment()?,
        keys: KeySource::File(keys),
    })?;
    match global.door {
        Door::Itself => {}
        Door::For(Operation::ReadPublic) => {}
        Door::For(operation) => drop(office.actor(&global.actor, operation)?),
        Door::Shut => {
            let what = "a command without an operation opens no register";
            return Err(AppError::new(ErrorKind::Unexpected, "UNEXPECTED", what));
        }
    }
    Ok(office)
}

/// The place that the flags name.
pub fn location(global: &Global) -> Location {
    match &global.database {
        Some(url) => Location::Url(url.clone()),
        None => Location::Directory(global.data.clone()),
    }
}

/// Puts the database of the region in place of the directory that names it.
pub fn find_server(global: &mut Global) -> Result<(), AppError> {
    let Some(directory) = global.database.as_ref().and_then(|url| url.strip_prefix('@')) else {
        return Ok(());
    };
    let pemda = region(&global.pemda)?;
    global.database = Some(app::places::nodes::database_of(Path::new(directory), pemda)?);
    Ok(())
}

/// Where the flags say that the register's keys are.
pub fn key_path(global: &Global) -> PathBuf {
    global.keys.clone().unwrap_or_else(|| global.data.join("keys.toml"))
}

/// The register's key file; a bundle is opened by the key of a file, or by its passphrase, asked
/// for on the terminal or read from standard input.
pub fn key_file(global: &Global) -> Result<KeyFile, AppError> {
    let path = key_path(global);
    let unlock = match (key_files::is_bundle(&path)?, &global.keys_identity) {
        (false, _) => None,
        (true, Some(file)) => Some(Unlock::with_keys(&secrets::read(file)?)?),
        (true, None) => {
            let ask = crate::say::Say::new(global).words.get("key-ask");
            Some(Unlock::with_passphrase(read_secret(&ask)?))
        }
    };
    Ok(KeyFile { path, unlock })
}

/// The machine's clock and randomness.
pub fn environment() -> Result<Environment, AppError> {
    Environment::of_machine()
        .map_err(|error| AppError::new(ErrorKind::External, "UNEXPECTED", error.to_string()))
}

/// Files from outside are read in a child of this program.
pub fn reader() -> Reader {
    match std::env::current_exe() {
        Ok(program) => Reader::Child { program },
        Err(_) => Reader::InProcess,
    }
}

/// A region code as typed.
pub fn region(text: &str) -> Result<RegionCode, AppError> {
    RegionCode::parse(text).ok_or_else(|| AppError::usage("NOT_A_REGION", text))
}

/// A month as typed.
pub fn month(text: &str) -> Result<Month, AppError> {
    Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", typed(text)))
}

/// A day as typed.
pub fn day(text: &str) -> Result<Day, AppError> {
    Day::parse_iso(text).ok_or_else(|| AppError::usage("NOT_A_DAY", typed(text)))
}

/// An amount as typed.
pub fn rupiah(text: &str) -> Result<Rupiah, AppError> {
    Rupiah::parse(text).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", typed(text)))
}

/// A secret from standard input: a line, which a terminal does not show.
pub fn read_secret(ask: &str) -> Result<String, AppError> {
    let _quiet = std::io::stdin().is_terminal().then(|| {
        eprint!("{ask} ");
        secret::Quiet::begin()
    });
    let mut line = String::new();
    let unreadable = |_| AppError::usage("PASSWORD_SHORT", "8");
    std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Writes a file for its owner alone, making its folder: what leaves the register may name people.
///
/// It is made anew beside and takes the place of what was there: nobody who had that open reads on,
/// and an error leaves it as it was. What is no file, such as a terminal, is written to.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    match fs::metadata(path) {
        Ok(about) if !about.is_file() => write_public(path, bytes),
        _ => key_files::write_for_owner(path, bytes),
    }
}

/// Writes a file that is everybody's, making its folder.
pub fn write_public(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    let unwritable =
        |_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", path.display().to_string());
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(unwritable)?;
    }
    fs::write(path, bytes).map_err(unwritable)
}
