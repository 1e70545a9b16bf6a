//! The audit log as auditors use it: lines looked up, checkpoints signed, lines proven, and all
//! that the register says computed again.

pub mod acts;
pub mod key;

use std::path::Path;

use base::id::kind;
use base::{Id, RegionCode};
use documents::pdf::{TreeSheet, tree_pdf};
use documents::workbook::{DocumentInfo, PageWords};
use domain::access::Target;
use domain::audit::checkpoint::{Checkpoint, KeyUse, Note, NoteKey, NoteSignature};
use domain::audit::leaf_content;
use domain::audit::tree::Hash;
pub use store::audit::{Entry, Filter};
use store::checkpoints::{KeptCheckpoint, KeptCosignature};
pub use store::verify::Flaw;
use store::{Location, Store, StoreError, Tx};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation};
use crate::words::Words;

use self::key::Signer;

/// The name of the file that holds the key of the log, beside the register's keys.
pub const KEY_FILE: &str = "audit-key";

/// The act of signing a checkpoint.
const MADE: &str = "checkpoint-made";

/// That a line is in the log, for whoever was given it.
pub struct Proof {
    /// The line in its place.
    pub entry: Entry,
    /// What its leaf is the hash of.
    pub content: Hash,
    /// The tree that it is shown to be in.
    pub size: u64,
    /// The root over it.
    pub root: Hash,
    /// The hashes beside the way from the leaf to the root.
    pub path: Vec<Hash>,
}

/// What somebody wants verified.
pub struct Verification<'a> {
    /// The text of a checkpoint kept elsewhere: the log must have grown out of it.
    pub earlier: Option<&'a str>,
    /// The keys of the log and of its witnesses, as far as they are known here.
    pub keys: &'a [NoteKey],
}

/// What verifying found.
pub struct Verdict {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// How many rows of kept tables were read.
    pub rows: u64,
    /// The checkpoints made here, oldest first.
    pub checkpoints: Vec<SeenCheckpoint>,
    /// What is wrong, the first first.
    pub faults: Vec<Fault>,
}

/// A checkpoint and who vouches for it.
pub struct SeenCheckpoint {
    /// How many leaves it covers.
    pub size: u64,
    /// Whether a key known here signed it.
    pub is_signed: bool,
    /// The witnesses whose signature holds.
    pub witnesses: Vec<String>,
}

/// Something that is not as it was written or signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The register itself.
    Register(Flaw),
    /// A checkpoint that is no note, or not of the leaves it speaks of.
    Checkpoint(u64),
    /// A checkpoint whose signature is not that of the key it names.
    Signature(u64),
    /// A witness's signature that does not hold.
    Witness(u64),
    /// The checkpoint that was brought cannot be read, or is another log's.
    EarlierUnreadable,
    /// The log is shorter than the checkpoint that was brought: its end is gone.
    Truncated(u64),
    /// The log does not begin as the checkpoint that was brought says: it is another log.
    Forked(u64),
}

impl Office {
    /// The lines asked for, newest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn audit_lines(&self, actor: &Actor, filter: &Filter) -> Result<Vec<Entry>, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        Ok(self.store.read(|tx| store::audit::page(tx, filter))?)
    }

    /// The reasons of some lines, in their words, as far as they were not erased.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn audit_reasons(
        &self,
        actor: &Actor,
        entries: &[Entry],
    ) -> Result<Vec<Option<String>>, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        self.store.read(|tx| {
            let said = |entry: &Entry| match entry.line.reason {
                Some(_) => store::audit::reason(tx, &entry.line),
                None => Ok(None),
            };
            Ok(entries.iter().map(said).collect::<Result<_, StoreError>>()?)
        })
    }

    /// How many lines the log has, and the root over them.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn audit_head(&self, actor: &Actor) -> Result<(u64, Hash), AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        Ok(self.store.read(store::audit::head)?)
    }

    /// Everybody who may stand in a line, by identifier and name.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn audit_names(&self, actor: &Actor) -> Result<Vec<(Id<kind::User>, Box<str>)>, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        let users = self.store.read(store::orgs::users)?;
        Ok(users.into_iter().map(|user| (user.id, user.name)).collect())
    }

    /// Signs the log as it is; asked again before anything else was done, the same note.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `AUDIT_EMPTY`.
    pub fn make_checkpoint(&self, actor: &Actor, signer: &Signer) -> Result<Note, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        self.store.write(|tx| {
            let (size, root) = store::audit::head(tx)?;
            let last = size.checked_sub(1).ok_or_else(|| AppError::refused("AUDIT_EMPTY", ""))?;
            if let Some(known) = just_made(tx, last)? {
                return self.with_cosignatures(tx, known);
            }
            let note = signer.sign(Checkpoint { origin: origin(self.store.tenant()), size, root });
            let kept = KeptCheckpoint { size, made_at_ms: self.now_ms(), note: note.text() };
            store::checkpoints::insert(tx, &kept)?;
            self.record_count(tx, actor, MADE, "checkpoint", size)?;
            Ok(note)
        })
    }

    fn with_cosignatures(&self, tx: &mut Tx<'_>, mut note: Note) -> Result<Note, AppError> {
        for kept in store::checkpoints::cosignatures(tx)? {
            if kept.size == note.checkpoint.size {
                note.signatures.extend(NoteSignature::parse(&kept.signature));
            }
        }
        Ok(note)
    }

    /// Shows that a line is in the log: by its identifier or its place.
    ///
    /// The tree is that of a checkpoint made here, or of everything up to now.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `LINE_UNKNOWN`.
    pub fn prove(&self, actor: &Actor, line: &str, size: Option<u64>) -> Result<Proof, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        let unknown = || AppError::not_found("LINE_UNKNOWN", line);
        self.store.read(|tx| {
            let entry = match line.parse::<u64>() {
                Ok(sequence) => store::audit::entry(tx, sequence)?,
                Err(_) => {
                    let id = Id::<Entry>::parse(line).map_err(|_| unknown())?;
                    store::audit::entry_by_id(tx, id.as_bytes())?
                }
            };
            let entry = entry.ok_or_else(unknown)?;
            let (newest, _) = store::audit::head(tx)?;
            let size = size.unwrap_or(newest);
            if size > newest || entry.sequence >= size {
                return Err(unknown());
            }
            let root = store::audit::root(tx, size)?;
            let path = store::audit::inclusion(tx, entry.sequence, size)?;
            let content = leaf_content(entry.sequence, &entry.line, &entry.state);
            Ok(Proof { entry, content, size, root, path })
        })
    }

    /// The proof that the log of `old` leaves grew into what it is now; its size and root.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `LINE_UNKNOWN` when the log never had so few leaves, or has fewer.
    pub fn prove_growth(
        &self,
        actor: &Actor,
        old: u64,
    ) -> Result<(u64, Hash, Vec<Hash>), AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        self.store.read(|tx| {
            let (size, root) = store::audit::head(tx)?;
            if old == 0 || old > size {
                return Err(AppError::not_found("LINE_UNKNOWN", old.to_string()));
            }
            Ok((size, root, store::audit::consistency(tx, old, size)?))
        })
    }

    /// Takes in the signatures of witnesses under a checkpoint made here; how many are new.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `CHECKPOINT_UNKNOWN`, `WITNESS_UNKNOWN` when no known key signed it so.
    pub fn add_witnesses(
        &self,
        actor: &Actor,
        text: &str,
        keys: &[NoteKey],
    ) -> Result<u64, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        let unknown = || AppError::not_found("CHECKPOINT_UNKNOWN", "");
        let note = Note::parse(text).ok_or_else(unknown)?;
        let is_witness = |key: &&NoteKey| key.purpose == KeyUse::Witness;
        let witnesses: Vec<NoteKey> = keys.iter().filter(is_witness).cloned().collect();
        let held: Vec<_> = note
            .signatures
            .iter()
            .filter(|signature| key::holds(&note.checkpoint, signature, &witnesses) == Some(true))
            .collect();
        if held.is_empty() {
            return Err(AppError::refused("WITNESS_UNKNOWN", ""));
        }
        self.store.write(|tx| {
            let kept = store::checkpoints::list(tx)?;
            let body = note.checkpoint.body();
            let is_same = |kept: &KeptCheckpoint| {
                Note::parse(&kept.note).is_some_and(|kept| kept.checkpoint.body() == body)
            };
            if !kept.iter().any(is_same) {
                return Err(unknown());
            }
            let (size, mut new) = (note.checkpoint.size, 0);
            let known = store::checkpoints::cosignatures(tx)?;
            for signature in held {
                let witness = signature.name.clone();
                if known.iter().any(|known| known.size == size && known.witness == witness) {
                    continue;
                }
                let signed = KeptCosignature { size, witness, signature: signature.line() };
                store::checkpoints::insert_cosignature(tx, &signed)?;
                new += 1;
            }
            if new > 0 {
                self.record_count(tx, actor, "checkpoint-witnessed", "checkpoint", size)?;
            }
            Ok(new)
        })
    }
}

/// Computes everything again that a register says, without writing anything, not even a migration.
///
/// # Errors
/// When the register cannot be reached; a damaged one is a fault found, or `STORE_DAMAGED`.
pub fn verify(
    location: Location,
    pemda: RegionCode,
    asked: &Verification<'_>,
) -> Result<Verdict, AppError> {
    let damaged = |error: StoreError| match error {
        // What a sound register's own statements would never meet.
        StoreError::Statement { message } => StoreError::Corrupt { what: message },
        StoreError::ConstraintViolated { name } => StoreError::Corrupt { what: name },
        other => other,
    };
    let store = Store::open(location, pemda).map_err(damaged)?;
    let (found, kept, signed) = store
        .read(|tx| {
            let found = store::verify::verify(tx)?;
            let kept = store::checkpoints::list(tx)?;
            Ok::<_, StoreError>((found, kept, store::checkpoints::cosignatures(tx)?))
        })
        .map_err(damaged)?;
    let size = found.size();
    let mut verdict = Verdict {
        size,
        root: found.root(size).expect("the log has as many leaves as it has"),
        rows: found.rows,
        checkpoints: Vec::new(),
        faults: found.flaws.iter().cloned().map(Fault::Register).collect(),
    };
    for checkpoint in &kept {
        let seen = checked(checkpoint, &signed, &found, asked.keys, &origin(pemda));
        verdict.faults.extend(seen.1);
        verdict.checkpoints.push(seen.0);
    }
    let earlier = asked.earlier.map(|text| match Note::parse(text) {
        Some(note) => grown_from(&note, &found, asked.keys, &origin(pemda)),
        None => Some(Fault::EarlierUnreadable),
    });
    verdict.faults.extend(earlier.flatten());
    Ok(verdict)
}

/// A checkpoint made here against the lines, the keys and its witnesses.
fn checked(
    kept: &KeptCheckpoint,
    signed: &[KeptCosignature],
    found: &store::verify::Verified,
    keys: &[NoteKey],
    origin: &str,
) -> (SeenCheckpoint, Vec<Fault>) {
    let size = kept.size;
    let mut seen = SeenCheckpoint { size, is_signed: false, witnesses: Vec::new() };
    let note = match Note::parse(&kept.note) {
        Some(note) if is_of(&note.checkpoint, size, origin, found) => note,
        _ => return (seen, vec![Fault::Checkpoint(size)]),
    };
    let mut faults = Vec::new();
    for signature in &note.signatures {
        match key::holds(&note.checkpoint, signature, keys) {
            Some(true) => seen.is_signed = true,
            Some(false) => faults.push(Fault::Signature(size)),
            None => {}
        }
    }
    for cosignature in signed.iter().filter(|cosignature| cosignature.size == size) {
        let parsed = NoteSignature::parse(&cosignature.signature);
        match parsed.and_then(|signature| key::holds(&note.checkpoint, &signature, keys)) {
            Some(true) => seen.witnesses.push(cosignature.witness.clone()),
            Some(false) => faults.push(Fault::Witness(size)),
            None => {}
        }
    }
    (seen, faults)
}

fn is_of(
    checkpoint: &Checkpoint,
    size: u64,
    origin: &str,
    found: &store::verify::Verified,
) -> bool {
    let is_named = checkpoint.size == size && checkpoint.origin == origin;
    is_named && found.root(size) == Some(checkpoint.root)
}

/// Whether the log has grown out of a checkpoint kept elsewhere.
fn grown_from(
    note: &Note,
    found: &store::verify::Verified,
    keys: &[NoteKey],
    origin: &str,
) -> Option<Fault> {
    let Checkpoint { size, root, .. } = note.checkpoint;
    if note.checkpoint.origin != origin {
        return Some(Fault::EarlierUnreadable);
    }
    let held = |signature| key::holds(&note.checkpoint, signature, keys);
    if note.signatures.iter().any(|signature| held(signature) == Some(false)) {
        return Some(Fault::EarlierUnreadable);
    }
    match found.root(size) {
        None => Some(Fault::Truncated(size)),
        Some(ours) if ours != root => Some(Fault::Forked(size)),
        Some(_) => None,
    }
}

/// What a regency's log is called.
pub fn origin(pemda: RegionCode) -> String {
    format!("payung/{}", pemda.digits())
}

/// The checkpoint that the newest line is about.
fn just_made(tx: &mut Tx<'_>, last: u64) -> Result<Option<Note>, StoreError> {
    let entry = store::audit::entry(tx, last)?;
    if entry.is_none_or(|entry| &*entry.line.act != MADE) {
        return Ok(None);
    }
    let kept = store::checkpoints::list(tx)?;
    let newest = kept.last().filter(|kept| kept.size == last);
    Ok(newest.and_then(|kept| Note::parse(&kept.note)))
}

/// Reads keys, one to a line; lines that begin with `#` say something to people.
///
/// # Errors
/// `FILE_UNREADABLE`, `NOTE_KEY_UNREADABLE` with the line's number.
pub fn read_keys(path: &Path) -> Result<Vec<NoteKey>, AppError> {
    let unreadable =
        |_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", path.display().to_string());
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    let lines = (1..).zip(text.lines().map(str::trim));
    lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .map(|(number, line): (u32, _)| {
            let unreadable = || AppError::usage("NOTE_KEY_UNREADABLE", number.to_string());
            NoteKey::parse(line).ok_or_else(unreadable)
        })
        .collect()
}

/// A checkpoint on one page, with what it means, to be printed, signed by hand and sent away.
///
/// # Errors
/// Only bugs of the PDF library.
pub fn checkpoint_pdf(
    office: &Office,
    note: &Note,
    made_at_ms: u64,
    words: &Words,
) -> Result<Vec<u8>, AppError> {
    let Checkpoint { origin, size, root } = &note.checkpoint;
    let day = office.zone().day(i64::try_from(made_at_ms).unwrap_or(i64::MAX));
    let fact = |name: &str, value: String| (words.get(&format!("audit-page-{name}")), value);
    let sheet = TreeSheet {
        title: vec![words.get("audit-page-title"), origin.clone()],
        facts: vec![
            fact("day", day.in_words()),
            fact("lines", base::money::grouped(*size)),
            fact("root", crate::prints::hex(root)),
        ],
        lines: Vec::new(),
        total: None,
        notes: words
            .get("audit-page-meaning")
            .lines()
            .map(str::to_owned)
            .chain(note.text().lines().map(str::to_owned))
            .collect(),
        page: PageWords {
            footer: words.get("audit-page-title"),
            page: words.get("page-page"),
            of: words.get("page-of"),
            continued: words.get("page-continued"),
        },
    };
    let info = DocumentInfo {
        title: words.get("audit-page-title"),
        author: origin.clone(),
        language: words.get("law-page-language"),
        created: Some(office.environment.today()),
    };
    tree_pdf(&sheet, &info).map_err(|problem| {
        AppError::new(ErrorKind::Unexpected, "UNEXPECTED", format!("{problem:?}"))
    })
}

#[cfg(test)]
mod tests;
