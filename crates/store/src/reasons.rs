//! Words that officers type as a reason: they often name somebody, so they are sealed as names are,
//! apart from the record that they belong to and under a key of that record.

use base::Id;
use base::id::kind;

use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{Store, StoreError, Tx, log};

static SET: Sql = sql!("reason_set");
static DELETE: Sql = sql!("reason_delete");
static GET: Sql = sql!("reason_get");
static OF_LINES: Sql = sql!("reason_of_lines");
static CLEAR_LIST: Sql = sql!("reason_clear_list");
static TAKE_LINE: Sql = sql!("reason_take_line");
static TAKE_LIST: Sql = sql!("reason_take_list");
static TAKE_CONTENT: Sql = sql!("reason_take_content");
static TAKE_VERDICT: Sql = sql!("reason_take_verdict");
static TAKE_GRANT: Sql = sql!("reason_take_grant");
static TAKE_REVISION: Sql = sql!("reason_take_revision");
static TAKE_VERSION: Sql = sql!("reason_take_version");
static TAKE_VOUCHER: Sql = sql!("reason_take_voucher");
static TAKE_PERIOD: Sql = sql!("reason_take_period");
static TAKE_CHART: Sql = sql!("reason_take_chart");

/// What words are of their record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Why an act was done, of its audit line.
    Line,
    /// Why a list was returned.
    List,
    /// What a task puts forward, when that says why.
    Content,
    /// Why a checker returned a task.
    Verdict(Id<kind::User>),
    /// Why a role is held.
    Grant,
    /// Why a ceiling changes.
    Revision,
    /// Why a version of an agreement was written.
    Version(u32),
    /// What an entry by hand is for.
    Voucher,
    /// Why a closed month is opened again.
    Period,
    /// Why accounts are called otherwise.
    Chart,
    /// Why a step of a claim or an event was made, or what was said at it.
    Step(u32),
    /// Where on a signed list the receipt of a card stands.
    Receipt,
    /// What a review of a claim found.
    Review,
}

impl Part {
    fn name(self) -> String {
        match self {
            Part::Line => "line".to_owned(),
            Part::List => "list".to_owned(),
            Part::Content => "content".to_owned(),
            Part::Verdict(checker) => format!("verdict {checker}"),
            Part::Grant => "grant".to_owned(),
            Part::Revision => "revision".to_owned(),
            Part::Version(version) => format!("version {version}"),
            Part::Voucher => "voucher".to_owned(),
            Part::Period => "period".to_owned(),
            Part::Chart => "chart".to_owned(),
            Part::Step(step) => format!("step {step}"),
            Part::Receipt => "receipt".to_owned(),
            Part::Review => "review".to_owned(),
        }
    }
}

/// Keeps words in place of those before; empty ones are none.
pub(crate) fn keep(
    tx: &mut Tx<'_>,
    record: &[u8; 16],
    part: Part,
    words: &str,
) -> Result<(), StoreError> {
    let (keys, tenant, name) = (tx.keys()?, tx.tenant(), part.name());
    if words.is_empty() {
        return tx.run(&DELETE, &values![tenant, record, &name]).map(|_| ());
    }
    let owner = Owner { tenant, record };
    let wrapped = match seal::key_of(tx, record)? {
        Some(wrapped) => wrapped,
        None => {
            let key = keys.new_key(owner);
            seal::keep_keys(tx, [(record, &key.wrapped)].into_iter())?;
            key.wrapped
        }
    };
    let sealed = keys.unwrap(owner, &wrapped)?.seal(owner, &field_of(&name), words.as_bytes());
    tx.run(&SET, &values![tenant, record, &name, sealed]).map(|_| ())
}

/// The words; none when nothing was said, or when their key was dropped.
pub(crate) fn get(
    tx: &mut Tx<'_>,
    record: &[u8; 16],
    part: Part,
) -> Result<Option<String>, StoreError> {
    let (keys, tenant, name) = (tx.keys()?, tx.tenant(), part.name());
    let owner = Owner { tenant, record };
    let found = tx.one(&GET, &values![tenant, record, &name], |columns| {
        let sealed: Vec<u8> = columns.take()?;
        let Some(wrapped) = take_wrapped(columns)? else { return Ok(None) };
        keys.unwrap(owner, &wrapped)?.open_text(owner, &field_of(&name), &sealed).map(Some)
    })?;
    Ok(found.flatten())
}

/// The reasons of all audit lines that have one, by the line; no words where they cannot be opened.
pub(crate) fn of_lines(tx: &mut Tx<'_>) -> Result<Vec<(Vec<u8>, Option<String>)>, StoreError> {
    let (keys, tenant, field) = (tx.keys()?, tx.tenant(), field_of(&Part::Line.name()));
    tx.all(&OF_LINES, &values![tenant], |columns| {
        let (line, sealed): (Vec<u8>, Vec<u8>) = (columns.take()?, columns.take()?);
        let wrapped = take_wrapped(columns)?;
        let words = line.first_chunk().zip(wrapped).and_then(|(record, wrapped)| {
            let owner = Owner { tenant, record };
            keys.unwrap(owner, &wrapped).ok()?.open_text(owner, &field, &sealed).ok()
        });
        Ok((line, words))
    })
}

fn field_of(part: &str) -> String {
    format!("reason {part}")
}

impl Store {
    /// Seals the reasons that an older program kept in the clear, some at a time; how many.
    ///
    /// In a file nothing of them stays in the space that they leave; a server's own cleaning does
    /// the same in its time.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn seal_reasons(&self) -> Result<u64, StoreError> {
        let (rows_max, mut sealed) = (1_000_i64, 0);
        if self.read(|tx| clear(tx, 1))?.is_empty() {
            return Ok(0);
        }
        loop {
            let more = self.write(|tx| {
                tx.link().wipe_what_goes()?;
                let found = clear(tx, rows_max)?;
                for one in &found {
                    keep(tx, &one.record, one.part, &one.words)?;
                    take(tx, one)?;
                }
                if !found.is_empty() {
                    log::say_itself(tx, "reasons-sealed")?;
                }
                Ok::<_, StoreError>(found.len() as u64)
            })?;
            sealed += more;
            if more == 0 {
                return self.empty_log().map(|_| sealed);
            }
        }
    }
}

/// Words in the clear, and where they are.
struct Clear {
    record: [u8; 16],
    part: Part,
    words: String,
}

fn clear(tx: &mut Tx<'_>, rows_max: i64) -> Result<Vec<Clear>, StoreError> {
    tx.all(&CLEAR_LIST, &values![tx.tenant(), rows_max], |columns| {
        let what: String = columns.take()?;
        Ok(Clear {
            record: columns.take()?,
            part: read_part(&what, columns)?,
            words: columns.take()?,
        })
    })
}

fn read_part(what: &str, columns: &mut Columns<'_>) -> Result<Part, StoreError> {
    let (checker, version): (Option<Id<kind::User>>, u32) = (columns.take()?, columns.take()?);
    Ok(match (what, checker) {
        ("verdict", Some(checker)) => Part::Verdict(checker),
        ("line", _) => Part::Line,
        ("list", _) => Part::List,
        ("content", _) => Part::Content,
        ("grant", _) => Part::Grant,
        ("revision", _) => Part::Revision,
        ("version", _) => Part::Version(version),
        ("voucher", _) => Part::Voucher,
        ("period", _) => Part::Period,
        ("chart", _) => Part::Chart,
        _ => return Err(corrupt("a reason")),
    })
}

/// Takes words out of where they lay in the clear.
fn take(tx: &mut Tx<'_>, Clear { record, part, .. }: &Clear) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let sql = match part {
        Part::Line => &TAKE_LINE,
        Part::List => &TAKE_LIST,
        Part::Content => &TAKE_CONTENT,
        Part::Grant => &TAKE_GRANT,
        Part::Revision => &TAKE_REVISION,
        Part::Voucher => &TAKE_VOUCHER,
        Part::Period => &TAKE_PERIOD,
        Part::Chart => &TAKE_CHART,
        // These were never kept in the clear.
        Part::Step(_) | Part::Receipt | Part::Review => return Ok(()),
        Part::Verdict(checker) => {
            return tx.run(&TAKE_VERDICT, &values![tenant, record, checker]).map(|_| ());
        }
        Part::Version(version) => {
            return tx.run(&TAKE_VERSION, &values![tenant, record, *version]).map(|_| ());
        }
    };
    tx.run(sql, &values![tenant, record]).map(|_| ())
}
