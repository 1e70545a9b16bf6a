//! What the office does with records of the field: looks at them masked, reads one whole for a
//! reason, settles what was sent twice and differs, and says whether two are two.

use base::id::kind;
use base::{Id, PersonName, ProblemCode};
use domain::field::{FieldDetails, FieldRecord, FieldStanding, seen_of, standing};
use store::Tx;
use store::field::{ConflictKept, RecordClosed, RecordKept};

use super::field_record_number;
use super::sent::{FieldSent, helped};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{initials_of, usable_reason};

/// Which records are asked for.
#[derive(Debug, Clone, Default)]
pub struct FieldFilter {
    /// Of this agent alone, by code.
    pub agent: Option<String>,
    /// In this standing alone.
    pub standing: Option<FieldStanding>,
    /// Only those that somebody at the office has to look at.
    pub only_open: bool,
}

/// So many records are looked at in one reading; of tests fewer, so that they turn pages.
const PAGE_READ: u32 = if cfg!(test) { 4 } else { 256 };

/// After which record a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldKey {
    /// When it came, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// Which.
    pub record: Id<kind::FieldRecord>,
}

impl FieldKey {
    /// The key in a word.
    pub fn written(self) -> String {
        format!("{}-{}", self.received_at_ms, self.record)
    }

    /// Reads what [`FieldKey::written`] wrote.
    pub fn parse(text: &str) -> Option<FieldKey> {
        let (came, record) = text.split_once('-')?;
        Some(FieldKey { received_at_ms: came.parse().ok()?, record: Id::parse(record).ok()? })
    }
}

/// A record in a list, masked.
#[derive(Debug, Clone)]
pub struct FieldShown {
    /// It.
    pub record: FieldRecord,
    /// How it stands.
    pub standing: FieldStanding,
    /// Initials; empty once who it was is forgotten.
    pub initials: String,
    /// The agent, by code.
    pub agent: Box<str>,
    /// The village, by name.
    pub village: String,
    /// What was found in its row.
    pub found: Vec<ProblemCode>,
    /// How often something else came under its number that nobody settled.
    pub conflicts: u32,
    /// Whether there is a photo.
    pub has_photo: bool,
    /// The person of the register, when there is one.
    pub person: Option<Id<kind::Person>>,
    /// What stands for all that is said under its number, see [`seen_of`].
    pub seen: String,
}

impl FieldShown {
    /// Whether somebody at the office has to look at it.
    pub fn is_open(&self) -> bool {
        self.conflicts > 0 || (self.standing == FieldStanding::Waiting && self.record.apart)
    }
}

/// Something else that came under a record's number, masked.
#[derive(Debug, Clone)]
pub struct ConflictShown {
    /// When it was written down, by the office's clock.
    pub at_ms: i64,
    /// When it came.
    pub received_at_ms: i64,
    /// Whether somebody settled it.
    pub is_settled: bool,
    /// Which parts differ from what was taken in, by their stable names.
    pub differs: Vec<&'static str>,
}

/// A record with all that hangs on it, masked.
#[derive(Debug, Clone)]
pub struct FieldFile {
    /// As in a list.
    pub shown: FieldShown,
    /// The version of the words by which the person agreed.
    pub wording: String,
    /// Who helped: how they stand to the person, and their initials.
    pub helper: Option<(String, String)>,
    /// What else came under its number.
    pub conflicts: Vec<ConflictShown>,
    /// What the office may say about it.
    pub next: Vec<FieldVerdict>,
    /// Whether whoever looks may read it whole.
    pub may_read: bool,
}

/// A record whole, and what else came under its number.
#[derive(Debug, Clone)]
pub struct FieldWhole {
    /// Who it is about.
    pub details: FieldDetails,
    /// What else was said under its number.
    pub others: Vec<FieldDetails>,
}

/// What the office says about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldVerdict {
    /// They are two people: the record is taken in.
    Two,
    /// It is nothing new: the record is put aside.
    Aside,
    /// What came first stays as it is.
    First,
    /// What came last is right: the row is corrected.
    Last,
}

impl FieldVerdict {
    /// Every one, in order.
    pub const ALL: [FieldVerdict; 4] =
        [FieldVerdict::Two, FieldVerdict::Aside, FieldVerdict::First, FieldVerdict::Last];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            FieldVerdict::Two => "two",
            FieldVerdict::Aside => "aside",
            FieldVerdict::First => "first",
            FieldVerdict::Last => "last",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<FieldVerdict> {
        FieldVerdict::ALL.into_iter().find(|one| one.name() == name)
    }

    fn operation(self) -> Operation {
        match self {
            // Telling people apart and changing a row says who somebody is.
            FieldVerdict::Two | FieldVerdict::Last => Operation::ChangePerson,
            FieldVerdict::Aside | FieldVerdict::First => Operation::HandleOutreach,
        }
    }
}

impl Office {
    /// Records of the field, the newest first, masked: of villages that the actor may see.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn field_records(
        &self,
        actor: &Actor,
        filter: &FieldFilter,
    ) -> Result<Vec<FieldShown>, AppError> {
        Ok(self.field_page(actor, filter, None, usize::MAX)?.0)
    }

    /// So many of the same, after the one that came then, and whether more follow. Only what is
    /// shown is opened.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn field_page(
        &self,
        actor: &Actor,
        filter: &FieldFilter,
        after: Option<FieldKey>,
        rows: usize,
    ) -> Result<(Vec<FieldShown>, bool), AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.read(|tx| {
            let agents = store::outreach::agents(tx)?;
            let code_of = |id| agents.iter().find(|(one, _)| one.id == id);
            let mut shown = Vec::new();
            let mut after = after.map(|key| (key.received_at_ms, key.record));
            loop {
                let (page, last) = store::field::page(tx, after, PAGE_READ)?;
                if last.is_none() {
                    return Ok((shown, false));
                }
                after = last;
                for closed in page {
                    let agent = code_of(closed.record.agent);
                    let agent = agent.map(|(one, _)| one.code.clone()).unwrap_or_default();
                    if filter.agent.as_deref().is_some_and(|code| *agent != *code) {
                        continue;
                    }
                    let Some(one) = self.shown_if(tx, actor, filter, (closed, agent))? else {
                        continue;
                    };
                    if shown.len() == rows {
                        return Ok((shown, true));
                    }
                    shown.push(one);
                }
            }
        })
    }

    /// A record of a list, opened once it is known to belong there.
    fn shown_if(
        &self,
        tx: &Tx<'_>,
        actor: &Actor,
        filter: &FieldFilter,
        (mut closed, agent): (RecordClosed, Box<str>),
    ) -> Result<Option<FieldShown>, AppError> {
        let record = &closed.record;
        if !self.reaches(actor, Operation::ReadOutreach, &Target::in_region(record.place)) {
            return Ok(None);
        }
        let stands = standing(record, closed.row, &closed.found);
        if filter.standing.is_some_and(|standing| standing != stands) {
            return Ok(None);
        }
        let waits = stands == FieldStanding::Waiting && record.apart;
        if filter.only_open && closed.open.is_empty() && !waits {
            return Ok(None);
        }
        let (found, open) = (std::mem::take(&mut closed.found), std::mem::take(&mut closed.open));
        Ok(Some(self.field_shown(closed.open(tx)?, agent, (found, &open))))
    }

    fn field_shown(
        &self,
        kept: RecordKept,
        agent: Box<str>,
        (found, open): (Vec<ProblemCode>, &[[u8; 16]]),
    ) -> FieldShown {
        let name = kept.details.as_ref().map(|details| initials(&details.name));
        FieldShown {
            standing: standing(&kept.record, kept.row, &found),
            initials: name.unwrap_or_default(),
            agent,
            village: self.name_of(kept.record.place),
            found,
            conflicts: open.len() as u32,
            seen: seen_of(&kept.record.content, open),
            has_photo: kept.photo_bytes.is_some() && kept.details.is_some(),
            person: kept.person,
            record: kept.record,
        }
    }

    /// One record, masked, with what else came under its number.
    ///
    /// # Errors
    /// `FIELD_RECORD_UNKNOWN`.
    pub fn field_record(&self, actor: &Actor, number: &str) -> Result<FieldFile, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        let id = field_record_number(number)?;
        self.store.read(|tx| {
            let kept = self.record_for(tx, actor, id)?;
            let agent = self.agent_of(tx, kept.record.agent)?;
            let found = store::field::problems(tx, kept.record.sheet, kept.record.row)?;
            let others = store::field::conflicts_of(tx, id)?;
            let open = store::field::open_contents(tx, id)?;
            let target = Target::in_region(kept.record.place);
            let details = kept.details.clone().unwrap_or_default();
            let shown = self.field_shown(kept.clone(), agent.code, (found, &open));
            let next = FieldVerdict::ALL.into_iter().filter(|verdict| {
                is_possible(*verdict, &shown, kept.details.is_some())
                    && self.reaches(actor, verdict.operation(), &target)
            });
            Ok(FieldFile {
                next: next.collect(),
                wording: details.wording.to_string(),
                helper: helped(&details.helper)
                    .map(|(relation, name)| (relation.to_owned(), initials(name))),
                conflicts: others
                    .iter()
                    .map(|one| conflict_shown(one, (&kept.record, &details)))
                    .collect(),
                may_read: kept.details.is_some() && self.reaches(actor, Operation::Unmask, &target),
                shown,
            })
        })
    }

    /// A record for whoever may see where it is from; out of reach there is none.
    fn record_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::FieldRecord>,
    ) -> Result<RecordKept, AppError> {
        let unknown = || AppError::not_found("FIELD_RECORD_UNKNOWN", id.to_string());
        let kept = store::field::record(tx, id)?.ok_or_else(unknown)?;
        match self.sees_record(actor, &kept) {
            true => Ok(kept),
            false => Err(unknown()),
        }
    }

    /// One record whole, for a reason; the reading is kept in the log.
    ///
    /// # Errors
    /// `FIELD_RECORD_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`, `FIELD_RECORD_FORGOTTEN`.
    pub fn read_field_record(
        &self,
        actor: &Actor,
        number: &str,
        reason: &str,
    ) -> Result<FieldWhole, AppError> {
        let (id, reason) = (field_record_number(number)?, usable_reason(reason)?);
        self.store.write(|tx| {
            let kept = self.record_for(tx, actor, id)?;
            let target = Target::in_region(kept.record.place);
            self.authorize(actor, Operation::Unmask, &target)?;
            let forgotten = || AppError::refused("FIELD_RECORD_FORGOTTEN", "");
            let details = kept.details.ok_or_else(forgotten)?;
            let others = store::field::conflicts_of(tx, id)?.into_iter();
            let others = others.filter_map(|(_, details)| details).collect();
            let object = ("field-record", id.as_bytes());
            self.record_reason(tx, actor, "field-record-read", object, &reason)?;
            Ok(FieldWhole { details, others })
        })
    }

    /// The photo of a record; the reading is kept in the log.
    ///
    /// # Errors
    /// `FIELD_RECORD_UNKNOWN`, `USER_MAY_NOT`, `FIELD_PHOTO_NONE`.
    pub fn read_field_photo(&self, actor: &Actor, number: &str) -> Result<Vec<u8>, AppError> {
        let id = field_record_number(number)?;
        self.store.write(|tx| {
            let kept = self.record_for(tx, actor, id)?;
            let target = Target::in_region(kept.record.place);
            self.authorize(actor, Operation::Unmask, &target)?;
            let none = || AppError::not_found("FIELD_PHOTO_NONE", "");
            if kept.details.is_none() {
                return Err(none());
            }
            let photo = store::field::photo(tx, id)?.ok_or_else(none)?;
            self.record(tx, actor, "field-photo-read", "field-record", id.as_bytes())?;
            Ok(photo)
        })
    }

    /// Says what the office says about a record, with a reason.
    ///
    /// # Errors
    /// `FIELD_RECORD_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`, `FIELD_CHANGED` when something
    /// else is said under its number than was seen, `FIELD_NOT_NOW`.
    pub fn decide_field_record(
        &self,
        actor: &Actor,
        number: &str,
        (verdict, reason): (FieldVerdict, &str),
        seen: &str,
    ) -> Result<(), AppError> {
        let file = self.field_record(actor, number)?;
        let (id, reason) = (file.shown.record.id, usable_reason(reason)?);
        let target = Target::in_region(file.shown.record.place);
        self.authorize(actor, verdict.operation(), &target)?;
        let seen = seen.trim();
        if seen != file.shown.seen {
            return Err(changed());
        }
        if !file.next.contains(&verdict) {
            return Err(AppError::new(ErrorKind::Conflict, "FIELD_NOT_NOW", ""));
        }
        // What comes while this is decided was not seen, and is not settled.
        let open = match verdict {
            FieldVerdict::Two => self.take_again(actor, (id, seen), false)?,
            FieldVerdict::Last => self.take_again(actor, (id, seen), true)?,
            FieldVerdict::Aside | FieldVerdict::First => Vec::new(),
        };
        let by = (actor.id, self.now_ms());
        self.store.write(|tx| {
            match verdict {
                FieldVerdict::Aside => {
                    as_seen(tx, id, seen)?;
                    store::field::close_record(tx, id, by)?;
                }
                FieldVerdict::First => {
                    let (_, open) = as_seen(tx, id, seen)?;
                    store::field::settle_conflicts(tx, (id, &open), by)?;
                }
                FieldVerdict::Last => {
                    store::field::settle_conflicts(tx, (id, &open), by)?;
                }
                FieldVerdict::Two => {}
            }
            let act = format!("field-record-{}", verdict.name());
            self.record_reason(tx, actor, &act, ("field-record", id.as_bytes()), &reason)
        })
    }

    /// Takes a record in once more as a correction of its own row: as another than the one it is
    /// like, or with what came last under its number. What nobody had settled, as it was seen.
    fn take_again(
        &self,
        actor: &Actor,
        (id, seen): (Id<kind::FieldRecord>, &str),
        last_is_right: bool,
    ) -> Result<Vec<[u8; 16]>, AppError> {
        let not_now = || AppError::new(ErrorKind::Conflict, "FIELD_NOT_NOW", "");
        let (file, (kept, open), (place, details, (consent, apart))) = self.store.read(|tx| {
            let (kept, open) = as_seen(tx, id, seen)?;
            let found = store::field::device(tx, kept.record.device)?;
            let (device, secret) = found.ok_or_else(not_now)?;
            let file = self.device_file(tx, (device, secret.secret))?;
            let answers = (kept.record.consent, kept.record.apart);
            let (place, details, answers) = match last_is_right {
                false => (kept.record.place, kept.details.clone(), answers),
                true => {
                    let mut all = store::field::conflicts_of(tx, id)?.into_iter();
                    let last = all.rfind(|(one, _)| open.contains(&one.content));
                    let (last, details) = last.ok_or_else(not_now)?;
                    // How the person agreed and who they are not come with what was said.
                    let consent = last.consent.unwrap_or(answers.0);
                    (last.place, details, (consent, last.apart.unwrap_or(answers.1)))
                }
            };
            let details = details.ok_or_else(not_now)?;
            Ok::<_, AppError>((file, (kept, open), (place, details, answers)))
        })?;
        let sent =
            FieldSent { id, place, consent, apart, at_ms: kept.record.device_at_ms, details };
        self.retake(actor, &file, (&sent, &kept), !last_is_right)?;
        Ok(open)
    }
}

/// A record and what nobody settled under its number, if both are as somebody saw them.
fn as_seen(
    tx: &mut Tx<'_>,
    id: Id<kind::FieldRecord>,
    seen: &str,
) -> Result<(RecordKept, Vec<[u8; 16]>), AppError> {
    let kept = store::field::record(tx, id)?.ok_or_else(changed)?;
    let open = store::field::open_contents(tx, id)?;
    match seen_of(&kept.record.content, &open) == seen {
        true => Ok((kept, open)),
        false => Err(changed()),
    }
}

fn changed() -> AppError {
    AppError::new(ErrorKind::Conflict, "FIELD_CHANGED", "")
}

/// Whether something may be said about a record as it stands.
fn is_possible(verdict: FieldVerdict, shown: &FieldShown, is_known: bool) -> bool {
    let asks = matches!(shown.standing, FieldStanding::Duplicate | FieldStanding::Waiting);
    let asks_twin = asks && shown.found.contains(&ProblemCode::SamePersonOtherNik);
    match verdict {
        FieldVerdict::Two => is_known && asks_twin,
        FieldVerdict::Aside => {
            asks_twin
                || matches!(shown.standing, FieldStanding::Duplicate | FieldStanding::Returned)
        }
        FieldVerdict::First => shown.conflicts > 0,
        FieldVerdict::Last => {
            is_known && shown.conflicts > 0 && shown.standing == FieldStanding::Accepted
        }
    }
}

fn conflict_shown(
    (conflict, other): &ConflictKept,
    (record, details): (&FieldRecord, &FieldDetails),
) -> ConflictShown {
    let other = other.clone().unwrap_or_default();
    let both = details.parts().into_iter().zip(other.parts());
    let differs = both.filter(|((_, one), (_, other))| one != other).map(|((name, _), _)| name);
    let moved = (conflict.place != record.place).then_some("village");
    let consent = conflict.consent.is_some_and(|consent| consent != record.consent);
    let apart = conflict.apart.is_some_and(|apart| apart != record.apart);
    let answers = [consent.then_some("consent"), apart.then_some("apart")];
    ConflictShown {
        at_ms: conflict.at_ms,
        received_at_ms: conflict.received_at_ms,
        is_settled: conflict.settled_at_ms.is_some(),
        differs: differs.chain(moved).chain(answers.into_iter().flatten()).collect(),
    }
}

fn initials(name: &str) -> String {
    PersonName::parse(name).map(|name| initials_of(&name)).unwrap_or_else(|_| "…".to_owned())
}
