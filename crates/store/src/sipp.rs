//! What was sent to BPJS, what it answered row by row, where everybody stands, and the participant
//! numbers that replies gave.
//!
//! A number is sealed under its person's key and found by a keyed index; what a reply says is
//! sealed under the reply's key.

use std::collections::HashMap;

use base::id::kind;
use base::{Day, Id, Kpj, Month, Nik};
use domain::registry::Person;
use domain::sipp::{
    Employer, Npp, Picked, ReasonCode, ReplyOutcome, RowSaid, SippKind, StandingState, Verdict,
};

use crate::keys::{self, KeyRing};
use crate::people::{seal_of, take_sealed};
use crate::seal::{self, Owner, take_wrapped};
use crate::sheets::masked_name;
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, Value, corrupt, json_texts, values};
use crate::{StoreError, Tx, merges};

static NUMBER_INSERT: Sql = sql!("participant_number_insert");
static NUMBER_OF_PROGRAMME: Sql = sql!("participant_number_of_programme");
static NUMBER_OF_MERGED: Sql = sql!("participant_number_of_merged");
static NUMBER_GET: Sql = sql!("participant_number_get");
static NUMBER_DELETE: Sql = sql!("participant_number_delete");
static NUMBER_BY_INDEX: Sql = sql_twin!("participant_number_by_index");
static EMPLOYER_SET: Sql = sql!("sipp_employer_set");
static EMPLOYER_LIST: Sql = sql!("sipp_employer_list");
static SUBMISSION_INSERT: Sql = sql!("sipp_submission_insert");
static SUBMISSION_GET: Sql = sql!("sipp_submission_get");
static SUBMISSION_LIST: Sql = sql!("sipp_submission_list");
static SENT_INSERT: Sql = sql!("sipp_submission_row_insert");
static SENT_LIST: Sql = sql!("sipp_submission_row_list");
static REPLY_INSERT: Sql = sql!("sipp_reply_insert");
static REPLY_GET: Sql = sql!("sipp_reply_get");
static REPLY_LIST: Sql = sql!("sipp_reply_list");
static ROW_INSERT: Sql = sql!("sipp_reply_row_insert");
static ROW_LIST: Sql = sql!("sipp_reply_row_list");
static ROW_GET: Sql = sql!("sipp_reply_row_get");
static ROW_SET: Sql = sql!("sipp_reply_row_set");
static ROW_FORGET: Sql = sql!("sipp_reply_row_forget");
static ROW_FORGET_AT: Sql = sql!("sipp_reply_row_forget_at");
static OUTCOME_COUNT: Sql = sql!("sipp_reply_outcome_count");
static STANDING_INSERT: Sql = sql!("sipp_standing_insert");
static STANDING_CHANGE: Sql = sql!("sipp_standing_change");
static VERSION_LIST: Sql = sql!("sipp_version_list");
static STANDING_LIST: Sql = sql!("sipp_standing_list");
static STANDING_INHERITED: Sql = sql!("sipp_standing_inherited");
static STANDING_MOVE: Sql = sql!("sipp_standing_move");
static STANDING_DELETE: Sql = sql!("sipp_standing_delete");

/// People sent in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Which; it follows from whom it sends for what.
    pub id: Id<kind::SippSubmission>,
    /// Of which programme.
    pub programme: Id<kind::Programme>,
    /// For what.
    pub kind: SippKind,
    /// For which month.
    pub month: Month,
    /// How many people.
    pub people: u32,
    /// How many were held back.
    pub held: u32,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// By whom.
    pub made_by: Id<kind::User>,
}

/// A reply that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Which; it follows from its bytes.
    pub id: Id<kind::SippReply>,
    /// Of which programme.
    pub programme: Id<kind::Programme>,
    /// The file's name, long numbers masked.
    pub file_name: Box<str>,
    /// The day.
    pub received_on: Day,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// By whom.
    pub received_by: Id<kind::User>,
}

/// A row of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyRow {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// What became of it.
    pub outcome: ReplyOutcome,
    /// What BPJS says, if that can be told.
    pub verdict: Option<Verdict>,
    /// Why it says no.
    pub reason: Option<ReasonCode>,
    /// Whom it is about, once that is sure.
    pub person: Option<Id<kind::Person>>,
    /// What it says; none when it was forgotten.
    pub said: Option<Said>,
}

/// What a row of a reply says of whom, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// Number, status, reason and tab.
    pub words: RowSaid,
    /// The NIK that was read, or nothing.
    pub nik: String,
    /// The name that was read, or nothing.
    pub name: String,
    /// The birth date that was read, as yyyy-mm-dd, or nothing.
    pub birth: String,
}

/// Where somebody stands in a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub person: Id<kind::Person>,
    /// Where.
    pub state: StandingState,
    /// The month of the file they were last sent in; of the reply when none was.
    pub month: Month,
    /// How often they were rejected.
    pub rejections: u32,
    /// Why, at the last rejection.
    pub reason: Option<ReasonCode>,
    /// The day of the first rejection that still stands.
    pub since: Option<Day>,
    /// The version of the record at the last rejection.
    pub version: Option<u32>,
    /// The reply that said so last.
    pub reply: Option<Id<kind::SippReply>>,
    /// The version of the record now; not kept.
    pub version_now: u32,
}

impl Standing {
    /// Whether the record was changed after the rejection.
    pub fn is_changed(&self) -> bool {
        self.version.is_some_and(|version| version < self.version_now)
    }
}

/// Keeps a number that a reply gave; one that somebody has is `participant_number_unique`.
pub fn insert_numbers(
    tx: &mut Tx<'_>,
    reply: Id<kind::SippReply>,
    numbers: &[(Id<kind::Person>, Kpj)],
    recorded_at_ms: i64,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let mut sorted = numbers.to_vec();
    sorted.sort_by_key(|(person, _)| *person);
    let wrapped = seal::keys_of(tx, sorted.iter().map(|(person, _)| person.as_bytes()))?;
    let mut rows = Vec::with_capacity(sorted.len());
    for (person, kpj) in &sorted {
        let seal = seal_of(keys, tenant, *person, wrapped.get(person.as_bytes()))?;
        let plain = kpj.as_u64().to_be_bytes();
        let sealed = seal.seal(Owner::new(tenant, person), "kpj", &plain);
        let index = keys.kpj_index(*kpj).to_vec();
        rows.push(values![tenant, person, index, sealed, &reply, recorded_at_ms]);
    }
    tx.insert(&NUMBER_INSERT, rows.into_iter()).map(|_| ())
}

/// The numbers of a programme's members; of whoever was merged, the number of the record that
/// stands, or else of one that stepped aside.
pub fn numbers_of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<HashMap<Id<kind::Person>, Kpj>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let mut found = HashMap::new();
    tx.each(&NUMBER_OF_MERGED, &values![tenant], |columns| {
        let root = columns.take()?;
        if let Some((_, kpj)) = read_number(keys, tenant, columns)? {
            found.entry(root).or_insert(kpj);
        }
        Ok(())
    })?;
    tx.each(&NUMBER_OF_PROGRAMME, &values![tenant, &programme], |columns| {
        found.extend(read_number(keys, tenant, columns)?);
        Ok(())
    })?;
    Ok(found)
}

/// Somebody's number.
pub fn number_of(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Option<Kpj>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let found = tx.one(&NUMBER_GET, &values![tenant, &person], |columns| {
        read_number(keys, tenant, columns)
    })?;
    Ok(found.flatten().map(|(_, kpj)| kpj))
}

/// Whose these numbers are: the person who stands.
pub fn holders(
    tx: &mut Tx<'_>,
    numbers: &[Kpj],
) -> Result<HashMap<Kpj, Id<kind::Person>>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let indexes: HashMap<[u8; 16], Kpj> =
        numbers.iter().map(|kpj| (keys.kpj_index(*kpj), *kpj)).collect();
    let wanted = json_texts(indexes.keys().map(|index| keys::hex(index)));
    let mut found = HashMap::new();
    tx.each(&NUMBER_BY_INDEX, &values![wanted, tenant], |columns| {
        let (index, person): ([u8; 16], Id<kind::Person>) = (columns.take()?, columns.take()?);
        let kpj = *indexes.get(&index).ok_or_else(|| corrupt("an index"))?;
        found.insert(kpj, person);
        Ok(())
    })?;
    let roots = merges::roots(tx)?;
    for person in found.values_mut() {
        *person = merges::root_of(&roots, *person);
    }
    Ok(found)
}

/// Forgets somebody's number and what replies say of them, for ever: also in rows that were never
/// tied to anybody, where they name the same number or the same name and birth date.
pub(crate) fn forget(tx: &mut Tx<'_>, old: &Person) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let kpj = number_of(tx, old.id)?;
    let names = |said: &Said| {
        Nik::parse(&said.nik).is_ok_and(|nik| nik == old.nik)
            || (kpj.is_some() && Kpj::parse(&said.words.number).ok() == kpj)
            || (said.name == old.name.as_str() && said.birth == old.birth.to_string())
    };
    for reply in replies(tx)? {
        for row in reply_rows(tx, reply.id)? {
            if row.person.is_none() && row.said.as_ref().is_some_and(names) {
                let at = [i64::from(row.sheet), i64::from(row.row)].map(Value::from);
                let [sheet, row] = at;
                let reply = Value::from(&reply.id);
                tx.run(&ROW_FORGET_AT, &[Value::Null, Value::from(tenant), reply, sheet, row])?;
            }
        }
    }
    tx.run(&NUMBER_DELETE, &values![tenant, &old.id])?;
    tx.run(&ROW_FORGET, &[Value::Null, Value::from(tenant), Value::from(&old.id)]).map(|_| ())
}

/// Says under which number the people of a territory are reported, in place of what was said.
pub fn set_employer(tx: &mut Tx<'_>, employer: &Employer) -> Result<(), StoreError> {
    let (npp, name) = (employer.npp.as_str(), &employer.name);
    let values = values![tx.tenant(), &employer.programme, employer.territory, npp, name];
    tx.run(&EMPLOYER_SET, &values).map(|_| ())
}

/// A programme's employers, by territory.
pub fn employers(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Employer>, StoreError> {
    tx.all(&EMPLOYER_LIST, &values![tx.tenant(), &programme], |columns| {
        Ok(Employer {
            programme: columns.take()?,
            territory: columns.take()?,
            npp: columns.take_with("an employer's number", Npp::parse)?,
            name: columns.take()?,
        })
    })
}

/// Keeps a submission with whom it sends.
pub fn insert_submission(
    tx: &mut Tx<'_>,
    submission: &Submission,
    picked: &[Picked],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let one = submission;
    let values = values![
        tenant,
        &one.id,
        &one.programme,
        one.kind.name(),
        one.month,
        one.people,
        one.held,
        one.made_at_ms,
        &one.made_by,
    ];
    tx.run(&SUBMISSION_INSERT, &values)?;
    let rows = picked.iter().zip(0_i64..).map(|(picked, rank)| {
        let npp = picked.npp.as_ref().map(Npp::as_str);
        values![tenant, &one.id, &picked.person, npp, rank]
    });
    tx.insert(&SENT_INSERT, rows).map(|_| ())
}

/// The submission with this id.
pub fn submission(
    tx: &mut Tx<'_>,
    id: Id<kind::SippSubmission>,
) -> Result<Option<Submission>, StoreError> {
    tx.one(&SUBMISSION_GET, &values![tx.tenant(), &id], read_submission)
}

/// Every submission, the newest first.
pub fn submissions(tx: &mut Tx<'_>) -> Result<Vec<Submission>, StoreError> {
    tx.all(&SUBMISSION_LIST, &values![tx.tenant()], read_submission)
}

/// Whom a submission sends under which number, in its order.
pub fn sent(
    tx: &mut Tx<'_>,
    id: Id<kind::SippSubmission>,
) -> Result<Vec<(Id<kind::Person>, Option<Npp>)>, StoreError> {
    tx.all(&SENT_LIST, &values![tx.tenant(), &id], |columns| {
        let (person, npp): (_, Option<String>) = (columns.take()?, columns.take()?);
        Ok((person, npp.as_deref().and_then(Npp::parse)))
    })
}

/// Keeps a reply with all its rows; the same bytes again are `sipp_reply_hash_unique`.
pub fn insert_reply(
    tx: &mut Tx<'_>,
    reply: &Reply,
    hash: &[u8; 32],
    rows: &[ReplyRow],
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let values = values![
        tenant,
        &reply.id,
        &reply.programme,
        hash,
        masked_name(&reply.file_name),
        reply.received_on,
        reply.received_at_ms,
        &reply.received_by,
    ];
    tx.run(&REPLY_INSERT, &values)?;
    let owner = Owner::new(tenant, &reply.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(reply.id.as_bytes(), &key.wrapped)].into_iter())?;
    let seal = keys.sealer(&key);
    let rows = rows.iter().map(|row| {
        let said = row.said.as_ref();
        let said = said.map(|said| seal.seal(owner, &field_of(row.sheet, row.row), &pack(said)));
        values![
            tenant,
            &reply.id,
            row.sheet,
            row.row,
            row.outcome.name(),
            row.verdict.map(Verdict::name),
            row.reason.map(ReasonCode::name),
            row.person.as_ref(),
            said,
        ]
    });
    tx.insert(&ROW_INSERT, rows).map(|_| ())
}

/// The reply with this id.
pub fn reply(tx: &mut Tx<'_>, id: Id<kind::SippReply>) -> Result<Option<Reply>, StoreError> {
    tx.one(&REPLY_GET, &values![tx.tenant(), &id], read_reply)
}

/// Every reply, the newest first.
pub fn replies(tx: &mut Tx<'_>) -> Result<Vec<Reply>, StoreError> {
    tx.all(&REPLY_LIST, &values![tx.tenant()], read_reply)
}

/// The rows of a reply, in the order of the file.
pub fn reply_rows(tx: &mut Tx<'_>, id: Id<kind::SippReply>) -> Result<Vec<ReplyRow>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let key = seal::key_of(tx, id.as_bytes())?;
    let owner = Owner::new(tenant, &id);
    let seal = key.map(|key| keys.unwrap(owner, &key)).transpose()?;
    tx.all(&ROW_LIST, &values![tenant, &id], |columns| read_row(columns, owner, seal.as_ref()))
}

/// One row of a reply.
pub fn reply_row(
    tx: &mut Tx<'_>,
    id: Id<kind::SippReply>,
    (sheet, row): (u16, u32),
) -> Result<Option<ReplyRow>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let key = seal::key_of(tx, id.as_bytes())?;
    let owner = Owner::new(tenant, &id);
    let seal = key.map(|key| keys.unwrap(owner, &key)).transpose()?;
    let values = values![tenant, &id, sheet, row];
    tx.one(&ROW_GET, &values, |columns| read_row(columns, owner, seal.as_ref()))
}

/// Says of a row what becomes of it, after somebody answered.
pub fn set_reply_row(
    tx: &mut Tx<'_>,
    id: Id<kind::SippReply>,
    row: &ReplyRow,
) -> Result<(), StoreError> {
    let values = values![
        row.outcome.name(),
        row.verdict.map(Verdict::name),
        row.reason.map(ReasonCode::name),
        row.person.as_ref(),
        tx.tenant(),
        &id,
        row.sheet,
        row.row,
    ];
    match tx.run(&ROW_SET, &values)? {
        0 => Err(StoreError::NotFound { what: "reply row" }),
        _ => Ok(()),
    }
}

/// How many rows of each reply came to what.
pub fn outcome_counts(
    tx: &mut Tx<'_>,
) -> Result<Vec<(Id<kind::SippReply>, ReplyOutcome, u64)>, StoreError> {
    tx.all(&OUTCOME_COUNT, &values![tx.tenant()], |columns| {
        let reply = columns.take()?;
        let outcome = columns.take_with("an outcome", ReplyOutcome::from_name)?;
        Ok((reply, outcome, columns.take()?))
    })
}

/// Says where people stand who stood nowhere.
pub fn insert_standings(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    standings: &[Standing],
    changed_at_ms: i64,
) -> Result<(), StoreError> {
    let from_nobody = standings.iter().map(|one| (*one, None)).collect();
    insert_inherited(tx, programme, from_nobody, changed_at_ms)
}

/// The same, each with the record that stepped aside from which it has the standing.
fn insert_inherited(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    mut standings: Vec<(Standing, Option<Id<kind::Person>>)>,
    changed_at_ms: i64,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    standings.sort_by_key(|(one, _)| one.person);
    let rows = standings.iter().map(|(one, from)| {
        values![
            tenant,
            &programme,
            &one.person,
            one.state.name(),
            one.month,
            one.rejections,
            one.reason.map(ReasonCode::name),
            one.since,
            one.version,
            one.reply.as_ref(),
            changed_at_ms,
            from.as_ref(),
        ]
    });
    tx.insert(&STANDING_INSERT, rows).map(|_| ())
}

/// Says where people stand now who stood elsewhere; whoever stood only by a record that stepped
/// aside for theirs stands by their own from now on.
pub fn change_standings(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    standings: &[Standing],
    changed_at_ms: i64,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut inherited = Vec::new();
    for one in standings {
        let values = values![
            one.state.name(),
            one.month,
            one.rejections,
            one.reason.map(ReasonCode::name),
            one.since,
            one.version,
            one.reply.as_ref(),
            changed_at_ms,
            tenant,
            &programme,
            &one.person,
        ];
        if tx.run(&STANDING_CHANGE, &values)? == 0 {
            inherited.push(*one);
        }
    }
    if inherited.is_empty() {
        return Ok(());
    }
    let roots = merges::roots(tx)?;
    let aside: Vec<Id<kind::Person>> = found(tx, programme)?
        .iter()
        .map(|one| one.person)
        .filter(|person| roots.contains_key(person))
        .collect();
    let from = |root| aside.iter().copied().find(|person| roots.get(person) == Some(&root));
    let inherited = inherited.into_iter().map(|one| (one, from(one.person))).collect();
    insert_inherited(tx, programme, inherited, changed_at_ms)
}

/// Lets a standing follow a membership that goes back to another record, unless that one has its
/// own.
pub(crate) fn follow(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    (from, to): (Id<kind::Person>, Id<kind::Person>),
) -> Result<(), StoreError> {
    if found(tx, programme)?.iter().all(|one| one.person != to) {
        tx.run(&STANDING_MOVE, &values![&to, tx.tenant(), &programme, &from])?;
    }
    Ok(())
}

/// Gives back to a record that stands for itself again what another had from it.
pub(crate) fn give_back(
    tx: &mut Tx<'_>,
    kept: Id<kind::Person>,
    away: Id<kind::Person>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let inherited = tx.all(&STANDING_INHERITED, &values![tenant, &kept, &away], |columns| {
        let programme: Id<kind::Programme> = columns.take()?;
        let (state, month): (String, Month) = (columns.take()?, columns.take()?);
        let (rejections, reason): (u32, Option<String>) = (columns.take()?, columns.take()?);
        let (since, version): (Option<Day>, Option<u32>) = (columns.take()?, columns.take()?);
        let reply: Option<Id<kind::SippReply>> = columns.take()?;
        let changed_at_ms: i64 = columns.take()?;
        Ok((programme, (state, month, rejections, reason), (since, version, reply, changed_at_ms)))
    })?;
    for (programme, (state, month, rejections, reason), (since, version, reply, at_ms)) in inherited
    {
        let values = values![
            state,
            month,
            rejections,
            reason,
            since,
            version,
            reply.as_ref(),
            at_ms,
            tenant,
            &programme,
            &away,
        ];
        tx.run(&STANDING_CHANGE, &values)?;
        tx.run(&STANDING_DELETE, &values![tenant, &programme, &kept])?;
    }
    Ok(())
}

/// Where everybody of a programme stands, by person; of a record that stepped aside the one that
/// stands for it, unless that has a standing of its own.
pub fn standings(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<HashMap<Id<kind::Person>, Standing>, StoreError> {
    let found = found(tx, programme)?;
    Ok(by_root(found, &merges::roots(tx)?))
}

/// Where the records of a programme stand, whoever stands for them.
fn found(tx: &mut Tx<'_>, programme: Id<kind::Programme>) -> Result<Vec<Standing>, StoreError> {
    tx.all(&STANDING_LIST, &values![tx.tenant(), &programme], |columns| {
        let person = columns.take()?;
        let state = columns.take_with("a standing", StandingState::from_name)?;
        let (month, rejections) = (columns.take()?, columns.take()?);
        let reason: Option<String> = columns.take()?;
        Ok(Standing {
            person,
            state,
            month,
            rejections,
            reason: reason.as_deref().and_then(ReasonCode::from_name),
            since: columns.take()?,
            version: columns.take()?,
            reply: columns.take()?,
            version_now: columns.take()?,
        })
    })
}

/// Standings by the person who stands for each.
pub(crate) fn by_root(
    found: Vec<Standing>,
    roots: &HashMap<Id<kind::Person>, Id<kind::Person>>,
) -> HashMap<Id<kind::Person>, Standing> {
    let (away, own): (Vec<Standing>, Vec<Standing>) =
        found.into_iter().partition(|one| roots.contains_key(&one.person));
    let mut standings: HashMap<_, _> = own.into_iter().map(|one| (one.person, one)).collect();
    for one in away {
        let root = roots[&one.person];
        standings.entry(root).or_insert(Standing { person: root, ..one });
    }
    standings
}

/// Which version of each member's record is the newest.
pub fn versions(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<HashMap<Id<kind::Person>, u32>, StoreError> {
    let found = tx.all(&VERSION_LIST, &values![tx.tenant(), &programme], |columns| {
        Ok((columns.take()?, columns.take()?))
    })?;
    Ok(found.into_iter().collect())
}

fn read_number(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<Option<(Id<kind::Person>, Kpj)>, StoreError> {
    let person = columns.take()?;
    let owner = Owner::new(tenant, &person);
    let seal = take_wrapped(columns)?.map(|key| keys.unwrap(owner, &key)).transpose()?;
    let Some(plain) = take_sealed(columns, seal.as_ref(), owner, "kpj")? else { return Ok(None) };
    let broken = || corrupt("a participant number");
    let number = u64::from_be_bytes(plain.try_into().map_err(|_| broken())?);
    let kpj = Kpj::parse(&format!("{number:011}")).map_err(|_| broken())?;
    Ok(Some((person, kpj)))
}

fn read_submission(columns: &mut Columns<'_>) -> Result<Submission, StoreError> {
    Ok(Submission {
        id: columns.take()?,
        programme: columns.take()?,
        kind: columns.take_with("a kind of file", SippKind::from_name)?,
        month: columns.take()?,
        people: columns.take()?,
        held: columns.take()?,
        made_at_ms: columns.take()?,
        made_by: columns.take()?,
    })
}

fn read_reply(columns: &mut Columns<'_>) -> Result<Reply, StoreError> {
    Ok(Reply {
        id: columns.take()?,
        programme: columns.take()?,
        file_name: columns.take()?,
        received_on: columns.take()?,
        received_at_ms: columns.take()?,
        received_by: columns.take()?,
    })
}

fn read_row(
    columns: &mut Columns<'_>,
    owner: Owner<'_>,
    seal: Option<&seal::Seal<'_>>,
) -> Result<ReplyRow, StoreError> {
    let (sheet, row) = (columns.take()?, columns.take()?);
    let outcome = columns.take_with("an outcome", ReplyOutcome::from_name)?;
    let (verdict, reason): (Option<String>, Option<String>) = (columns.take()?, columns.take()?);
    let person = columns.take()?;
    let said = take_sealed(columns, seal, owner, &field_of(sheet, row))?;
    Ok(ReplyRow {
        sheet,
        row,
        outcome,
        verdict: verdict.as_deref().and_then(Verdict::from_name),
        reason: reason.as_deref().and_then(ReasonCode::from_name),
        person,
        said: said.map(|plain| unpack(&plain)).transpose()?,
    })
}

/// The field of what a row says.
fn field_of(sheet: u16, row: u32) -> String {
    format!("said {sheet} {row}")
}

/// The sign that no spreadsheet's text has: what lies between it is one text each.
const BETWEEN: char = '\u{1f}';

fn pack(said: &Said) -> Vec<u8> {
    let words = &said.words;
    let texts = [
        &words.number,
        &words.status,
        &words.reason,
        &words.tab,
        &said.nik,
        &said.name,
        &said.birth,
    ];
    let plain = texts.map(|text| text.replace(BETWEEN, " "));
    plain.join(&BETWEEN.to_string()).into_bytes()
}

fn unpack(plain: &[u8]) -> Result<Said, StoreError> {
    let broken = || corrupt("what a reply says");
    let text = std::str::from_utf8(plain).map_err(|_| broken())?;
    let texts: Vec<String> = text.split(BETWEEN).map(str::to_owned).collect();
    let texts: [String; 7] = texts.try_into().map_err(|_| broken())?;
    let [number, status, reason, tab, nik, name, birth] = texts;
    Ok(Said { words: RowSaid { number, status, reason, tab }, nik, name, birth })
}
