//! Secrets on their way in: files of their owner's alone, and questions on the terminal.
//!
//! Never flags and never the environment: both are seen by others.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::path::Path;

use app::error::{AppError, ErrorKind};
use app::words::Words;

use crate::commands::secret::Quiet;

/// No secret is longer.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// What a file of its owner's alone says.
pub fn read(path: &Path) -> Result<String, AppError> {
    let shown = path.display().to_string();
    let mut file =
        File::open(path).map_err(|_| AppError::not_found("FILE_UNREADABLE", shown.as_str()))?;
    if is_exposed(&file) {
        return Err(AppError::refused("FILE_EXPOSED", shown));
    }
    let mut text = String::new();
    let read = Read::by_ref(&mut file).take(SECRET_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", shown))?;
    Ok(text)
}

/// The first line of a file of its owner's alone.
pub fn passphrase_of(path: &Path) -> Result<String, AppError> {
    Ok(read(path)?.lines().next().unwrap_or_default().to_owned())
}

/// Asks on the terminal, without showing what is typed.
pub fn ask(words: &Words, key: &str) -> Result<String, AppError> {
    if !io::stdin().is_terminal() {
        return Err(AppError::usage("BACKUP_KEY_MISSING", ""));
    }
    let mut err = io::stderr();
    let _ = write!(err, "{} ", words.get(key));
    let _ = err.flush();
    let quiet = Quiet::begin();
    let line = typed();
    drop(quiet);
    line.map_err(|_| AppError::usage("BACKUP_KEY_MISSING", ""))
}

/// Asks twice, because nobody sees what is typed.
pub fn ask_twice(words: &Words) -> Result<String, AppError> {
    let first = ask(words, "backup-ask-new")?;
    match ask(words, "backup-ask-again")? == first {
        true => Ok(first),
        false => Err(AppError::refused("BACKUP_PASSPHRASES_DIFFER", "")),
    }
}

/// Makes a file of its owner's alone; one that is there already is left as it is.
pub fn create(path: &Path) -> Result<File, AppError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| {
        let shown = path.display().to_string();
        match error.kind() {
            io::ErrorKind::AlreadyExists => {
                AppError::new(ErrorKind::Conflict, "FILE_EXISTS", shown)
            }
            _ => AppError::new(ErrorKind::External, "FILE_UNWRITABLE", shown),
        }
    })
}

fn typed() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(unix)]
fn is_exposed(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_exposed(_: &File) -> bool {
    false
}
