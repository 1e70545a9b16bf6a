//! `payung backup`: copies of the register, sealed, proved, and brought back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::access::Operation;
use app::backup::{self, Again, Copy, Erased, ErasedAgain, ErasureList, Lock, Restoring, Unlock};
use app::error::{AppError, ErrorKind};
use app::office::{Actor, Office};
use app::words::Words;
use serde_json::json;

use crate::cli::{BackupCommand, BackupCreateArgs, BackupKeyArgs, BackupRestoreArgs, Global};
use crate::commands::{self, Done, secrets};
use crate::say::Say;

/// Copies, proofs, and the way back.
pub fn backup(global: &Global, say: &Say, command: &BackupCommand) -> Done {
    match command {
        BackupCommand::Key { file } => key(say, file),
        BackupCommand::Create(args) => create(global, say, args),
        BackupCommand::Verify { file, key } => {
            let copy = backup::verify(read(file)?, &unlock(say.words, key)?)?;
            tell(say, &copy, "backup-verified", &[("file", &file.display().to_string())]);
            Ok(ExitCode::SUCCESS)
        }
        BackupCommand::Restore(args) => restore(global, say, args),
        BackupCommand::Erasures { out } => {
            let office = commands::open(global)?;
            let actor = office.actor(&global.actor, Operation::Operate)?;
            let list = write_erasures(&office, &actor, out)?;
            let (people, sheets) = (list.people.len(), list.sheets.len());
            let values = [("people", &*people.to_string()), ("file", &*shown(out))];
            say.record(
                &json!({"people": people, "sheets": sheets, "file": out}),
                &say.words.with("backup-erasures-written", &values),
            );
            Ok(ExitCode::SUCCESS)
        }
        BackupCommand::EraseAgain { file } => {
            let list = ErasureList::read(&text_of(file)?)?;
            let done = erase_again(&commands::open(global)?, global, say, &list)?;
            told_again(&done, say);
            Ok(ending(&done))
        }
    }
}

fn key(say: &Say, file: &Path) -> Done {
    let pair = backup::new_key_pair();
    let mut out = secrets::create(file)?;
    let written = out.write_all(pair.file_text().as_bytes()).and_then(|()| out.sync_all());
    written.map_err(|error| unwritable(file, &error))?;
    match say.json {
        true => say.document(&json!({"recipient": pair.recipient, "file": file})),
        false => {
            say.line(&say.words.with("backup-key-made", &[("file", &file.display().to_string())]));
            say.line(&pair.recipient);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn create(global: &Global, say: &Say, args: &BackupCreateArgs) -> Done {
    let lock = lock(say.words, &args.recipients, args.passphrase_file.as_deref())?;
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::Operate)?;
    let file = args.out.clone().unwrap_or_else(|| {
        let day = office.environment.today();
        PathBuf::from(format!("payung-{}-{day}.payung.age", global.pemda))
    });
    if file.exists() {
        return Err(AppError::new(ErrorKind::Conflict, "FILE_EXISTS", shown(&file)).into());
    }
    let part = part_of(&file);
    let made = write_part(&part, |out| office.back_up(&actor, &lock, out));
    let made = made.inspect_err(|_| drop(fs::remove_file(&part)))?;
    put_in_place(&part, &file)?;
    office.note_backup(&actor, &made)?;
    write_erasures(&office, &actor, &beside(&file, &made.copy))?;
    let (bytes, hash) = (made.bytes.to_string(), hex(&made.hash));
    if say.json {
        let mut document = document(&made.copy);
        document["file"] = json!(file);
        document["bytes"] = json!(made.bytes);
        document["sha256"] = json!(hash);
        say.document(&document);
    } else {
        let values = [("file", shown(&file)), ("bytes", bytes), ("hash", hash)];
        let values: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        tell(say, &made.copy, "backup-made", &values);
        say.line(&say.words.get("backup-keys-apart"));
    }
    Ok(ExitCode::SUCCESS)
}

fn restore(global: &Global, say: &Say, args: &BackupRestoreArgs) -> Done {
    let unlock = unlock(say.words, &args.key)?;
    // Once through before the place is touched: what is damaged leaves nothing behind.
    let copy = backup::verify(read(&args.file)?, &unlock)?;
    let (location, pemda) = (commands::location(global), commands::region(&global.pemda)?);
    let Some(list) = erasures_of(args, &copy)? else {
        let erased = Erased::ComeBack;
        let wish = Restoring { unlock: &unlock, location, pemda, erased };
        told_restored(&backup::restore(read(&args.file)?, wish)?, say);
        if !say.json {
            say.line(&say.words.get("backup-erased-came-back"));
            say.line(&say.words.get("backup-restored-keys"));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let keys = commands::key_file(global)?;
    let missing = || AppError::refused("ERASURES_NEED_KEYS", shown(&keys.path));
    let ring = app::keys::ring(&app::keys::load(&keys)?.ok_or_else(missing)?)?;
    let again = Again {
        list: &list,
        keys: &ring,
        actor: &global.actor,
        today: commands::environment()?.today(),
    };
    let wish = Restoring { unlock: &unlock, location, pemda, erased: Erased::Again(again) };
    told_restored(&backup::restore(read(&args.file)?, wish)?, say);
    let done = erase_again(&commands::open_with(global, keys)?, global, say, &list);
    // The copy is there by now, and somebody in it who should not be.
    if done.is_err() && !say.json {
        say.line(&say.words.get("backup-erase-again-now"));
    }
    let done = done?;
    if !say.json {
        told_again(&done, say);
    }
    Ok(ending(&done))
}

fn told_restored(copy: &Copy, say: &Say) {
    let pemda = copy.fact("tenant").unwrap_or_default();
    tell(say, copy, "backup-restored", &[("pemda", pemda)]);
}

/// Who is to be erased again: by the list that is named, or the one beside the copy; none when
/// somebody says that they are to come back.
fn erasures_of(args: &BackupRestoreArgs, copy: &Copy) -> Result<Option<ErasureList>, AppError> {
    if args.without_erasures {
        return Ok(None);
    }
    let near = beside(&args.file, copy);
    if args.erasures.is_none() && !near.exists() {
        return Err(AppError::refused("ERASURES_MISSING", shown(&near)));
    }
    let file = args.erasures.as_ref().unwrap_or(&near);
    ErasureList::read(&text_of(file)?).map(Some)
}

fn erase_again(
    office: &Office,
    global: &Global,
    say: &Say,
    list: &ErasureList,
) -> Result<ErasedAgain, AppError> {
    let actor = office.actor(&global.actor, Operation::Operate)?;
    office.erase_again(&actor, list, &say.words.get("backup-erased-again-why"))
}

/// Says what was erased once more, and what somebody has to look at now.
fn told_again(done: &ErasedAgain, say: &Say) {
    let (people, sheets) = (done.people.to_string(), done.sheets.to_string());
    let values = [("people", people.as_str()), ("sheets", sheets.as_str())];
    let needed = done.needed.iter();
    if say.json {
        let needed = needed.map(|one| json!({"why": one.name(), "id": one.id()}));
        let needed: Vec<_> = needed.collect();
        say.document(&json!({"people": done.people, "sheets": done.sheets, "needed": needed}));
        return;
    }
    say.line(&say.words.with("backup-erased-again", &values));
    for one in needed {
        let (key, id) = (format!("backup-needed-{}", one.name()), one.id());
        say.line(&say.words.with(&key, &[("id", &id)]));
    }
}

/// Whoever erased again what the register still counts on has something to mend.
fn ending(done: &ErasedAgain) -> ExitCode {
    match done.needed.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(3),
    }
}

/// Writes who was erased, beside whom a list that lies there names already.
fn write_erasures(office: &Office, actor: &Actor, file: &Path) -> Result<ErasureList, AppError> {
    let earlier = match file.exists() {
        true => Some(ErasureList::read(&text_of(file)?)?),
        false => None,
    };
    let list = office.erasures(actor, earlier.as_ref())?;
    let part = part_of(file);
    commands::write_file(&part, list.written().as_bytes())?;
    put_in_place(&part, file)?;
    Ok(list)
}

/// The list beside the copies of a folder.
fn beside(file: &Path, copy: &Copy) -> PathBuf {
    let pemda = copy.fact("tenant").unwrap_or_default();
    file.with_file_name(format!("payung-{pemda}-penghapusan.txt"))
}

fn text_of(file: &Path) -> Result<String, AppError> {
    fs::read_to_string(file).map_err(|_| AppError::not_found("FILE_UNREADABLE", shown(file)))
}

/// What seals: public keys, or a passphrase of a file or the terminal.
pub fn lock(
    words: &Words,
    recipients: &[String],
    passphrase_file: Option<&Path>,
) -> Result<Lock, AppError> {
    if !recipients.is_empty() {
        return Lock::for_recipients(recipients);
    }
    match passphrase_file {
        Some(file) => Lock::with_passphrase(secrets::passphrase_of(file)?),
        None => Lock::with_passphrase(secrets::ask_twice(words)?),
    }
}

/// What opens: the key of a file, or a passphrase of a file or the terminal.
pub fn unlock(words: &Words, args: &BackupKeyArgs) -> Result<Unlock, AppError> {
    match (&args.identity, &args.passphrase_file) {
        (Some(file), _) => Unlock::with_keys(&secrets::read(file)?),
        (None, Some(file)) => Ok(Unlock::with_passphrase(secrets::passphrase_of(file)?)),
        (None, None) => Ok(Unlock::with_passphrase(secrets::ask(words, "backup-ask")?)),
    }
}

fn read(file: &Path) -> Result<File, AppError> {
    File::open(file).map_err(|_| AppError::not_found("FILE_UNREADABLE", shown(file)))
}

/// Writes a file of its owner's alone, all of it on the disk before it gets its name.
fn write_part<T>(
    part: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T, AppError>,
) -> Result<T, AppError> {
    let mut out = BufWriter::with_capacity(1 << 16, secrets::create(part)?);
    let made = write(&mut out)?;
    let done = out.flush().and_then(|()| out.get_ref().sync_all());
    done.map_err(|error| unwritable(part, &error))?;
    Ok(made)
}

fn put_in_place(part: &Path, file: &Path) -> Result<(), AppError> {
    fs::rename(part, file).map_err(|error| unwritable(file, &error))?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    // The name itself must be on the disk too; where folders cannot be opened it is.
    if let Ok(folder) = OpenOptions::new().read(true).open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn tell(say: &Say, copy: &Copy, key: &str, values: &[(&str, &str)]) {
    if say.json {
        say.document(&document(copy));
        return;
    }
    say.line(&say.words.with(key, values));
    let pair = |name: &str, value: &str| (say.words.get(name), value.to_owned());
    let mut pairs = vec![
        pair("backup-rows", &copy.rows().to_string()),
        pair("backup-tables", &copy.tables.len().to_string()),
        pair("backup-content", &hex(&copy.content_hash())),
    ];
    let shown = [
        ("backup-debits", "debits_rupiah"),
        ("backup-credits", "credits_rupiah"),
        ("backup-acts", "acts"),
        ("backup-root", "acts_root"),
    ];
    pairs.extend(shown.iter().filter_map(|(key, fact)| Some(pair(key, copy.fact(fact)?))));
    pairs.extend(values.iter().filter_map(|(name, value)| match *name {
        "bytes" => Some(pair("backup-bytes", value)),
        "hash" => Some(pair("backup-hash", value)),
        _ => None,
    }));
    say.pairs(&pairs);
}

fn document(copy: &Copy) -> serde_json::Value {
    let tables = copy
        .tables
        .iter()
        .map(|table| json!({"name": table.name, "rows": table.rows, "sha256": hex(&table.hash)}));
    let number = |name: &str| copy.fact(name).and_then(|text| text.parse::<i64>().ok());
    json!({
        "pemda": copy.fact("tenant"),
        "schema": number("schema"),
        "program": copy.fact("program"),
        "created_ms": number("created_ms"),
        "rows": copy.rows(),
        "content_sha256": hex(&copy.content_hash()),
        "acts": number("acts"),
        "acts_root": copy.fact("acts_root"),
        "debits_rupiah": number("debits_rupiah"),
        "credits_rupiah": number("credits_rupiah"),
        "tables": tables.collect::<Vec<_>>(),
    })
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

fn unwritable(file: &Path, _: &io::Error) -> AppError {
    AppError::new(ErrorKind::External, "FILE_UNWRITABLE", shown(file))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
