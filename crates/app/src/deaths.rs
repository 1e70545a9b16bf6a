//! Lists of the dead and of accidents held against the members: whoever is surely on both has a
//! claim opened, and the dead are no longer paid for; where it is not sure a human is asked; and
//! whoever was covered and never claimed for is counted, village by village.

mod alive;
#[cfg(test)]
mod tests;
mod unclaimed;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use base::id::kind;
use base::{Day, Id};
use domain::claim::{Assessment, ClaimFacts, ClaimKind, ClaimState, Told};
use domain::intake::Draft;
use domain::intake::date::DateOptions;
use domain::reference::{ReferenceEntry, ReferenceKind, ReferenceList};
use domain::registry::Person;
use linkage::record::{Cells, Record};
use rules::{Cover, Scheme};
use sha2::{Digest, Sha256};
use store::Tx;
use store::deaths::Notice;
pub use store::deaths::{NoticeKind, NoticeState};

use crate::claims::ClaimOpening;
use crate::duplicates::{Reason, certainty_ppm, reasons};
use crate::error::AppError;
use crate::meeting::Met;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, initials_of, masked_now};
use crate::reading::FileRefusal;
use crate::references::event_of;

pub use unclaimed::{Unclaimed, UnclaimedVillage, by_village, waiting_word};

/// A list to be taken in.
#[derive(Debug, Clone, Copy)]
pub struct EventList<'a> {
    /// What it tells of people.
    pub kind: NoticeKind,
    /// Where it is.
    pub path: &'a Path,
    /// From where it comes.
    pub source: Told,
    /// The day on which it was true, by its sender.
    pub as_of: Day,
}

/// What became of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListReceipt {
    /// Rows that name somebody.
    pub rows: u64,
    /// Rows that are surely a member.
    pub same: u64,
    /// Rows that may be one: a human is asked.
    pub asked: u64,
    /// Claims opened by it.
    pub claims: u64,
    /// Whether the same list was received before; nothing changes.
    pub known: bool,
}

/// A question that a list raised, masked.
#[derive(Debug, Clone)]
pub struct NoticeQuestion {
    /// Which.
    pub id: Id<kind::DeathNotice>,
    /// From where the list came, by its stable name.
    pub source: Box<str>,
    /// The day it happened.
    pub event: Day,
    /// The member it may be.
    pub person: PersonShown,
    /// The village of the member.
    pub village: String,
    /// The initials on the list.
    pub listed: String,
    /// The year of birth on the list.
    pub listed_birth: Option<i16>,
    /// How sure, in parts per million.
    pub certainty_ppm: i64,
    /// What speaks for one human and what for two.
    pub reasons: Vec<Reason>,
}

/// Accidents so many days apart are one: a hospital writes the day it was told.
const SAME_ACCIDENT_DAYS: u32 = 3; // not law: how lists are written

impl Office {
    /// Takes a list in and holds it against the members.
    ///
    /// # Errors
    /// Those of the register; a file that cannot be read is a [`FileRefusal`] inside.
    pub fn take_events(
        &self,
        actor: &Actor,
        list: &EventList<'_>,
    ) -> Result<Result<ListReceipt, FileRefusal>, AppError> {
        self.authorize(actor, Operation::TakeReferences, &Target::default())?;
        // The day is looked for where a list of the dead has it: any list of events does.
        let rows = match self.reference_rows(list.path, ReferenceKind::Meninggal) {
            Ok(rows) => rows,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let options = DateOptions { today: list.as_of, epoch_1904: false };
        let rows: Vec<(Draft, Day)> = rows
            .into_iter()
            .filter(Draft::claims_person)
            .map(|draft| {
                let event = draft.note.as_deref().and_then(|text| event_of(text, options));
                let event = event.filter(|event| *event <= list.as_of).unwrap_or(list.as_of);
                (draft, event)
            })
            .collect();
        let id = list_id(list, &rows);
        self.store.write(|tx| {
            let mut receipt = ListReceipt { rows: rows.len() as u64, ..ListReceipt::default() };
            let members = members(tx)?;
            let typed: Vec<_> =
                rows.iter().map(|(draft, _)| (draft.nik, draft.name.as_ref())).collect();
            let mut met = self.meet(&typed, &members, |row| self.record_of_draft(&rows[row].0));
            if is_known(tx, (list.kind, id), met.first())? {
                receipt.known = true;
                return Ok(Ok(receipt));
            }
            if list.kind == NoticeKind::Death {
                for one in met.iter_mut().filter(|one| one.sure) {
                    // Who lived after that day by what the office knows is asked about.
                    let lived = store::deaths::alive_on(tx, members[one.person].id)?;
                    one.sure = lived.is_none_or(|lived| lived < rows[one.row].1);
                }
                let kept = ReferenceList { id, kind: ReferenceKind::Meninggal, as_of: list.as_of };
                let entries = entries(&rows, &members, &met);
                store::references::insert(tx, &kept, self.now_ms(), &entries)?;
            }
            for one in &met {
                let notice = notice((list, id), one, &rows, &members);
                store::deaths::insert(tx, &notice, self.now_ms())?;
                match one.sure {
                    true => receipt.same += 1,
                    false => receipt.asked += 1,
                }
                if one.sure {
                    let opened = self.open_for_event(tx, actor, &members[one.person], &notice)?;
                    receipt.claims += u64::from(opened);
                }
            }
            // A list of accidents that meets nobody leaves nothing, so that it may come again.
            if list.kind == NoticeKind::Death || !met.is_empty() {
                let act = format!("{}s-taken", list.kind.name());
                self.record(tx, actor, &act, "reference-list", id.as_bytes())?;
            }
            Ok(Ok(receipt))
        })
    }

    /// A row of a list, as the engine reads it.
    fn record_of_draft(&self, draft: &Draft) -> Record {
        let nik = draft.nik.map(|nik| nik.reveal()).unwrap_or_default();
        let birth = draft.birth.map(|birth| birth.to_string()).unwrap_or_default();
        let known = |level: u8| {
            let place = draft.place.filter(|place| place.level() >= level);
            place.map(|place| self.name_of(place.at_level(level))).unwrap_or_default()
        };
        let (village, district) = (known(4), known(3));
        Record::read(&Cells {
            nik: &nik,
            no_kk: "",
            name: draft.name.as_ref().map_or("", |name| name.as_str()),
            birth_place: draft.birth_place.as_deref().unwrap_or_default(),
            birth_date: &birth,
            sex: draft.sex.map_or("", |sex| sex.letter()),
            address: draft.address.as_deref().unwrap_or_default(),
            rt: "",
            rw: "",
            village: draft.village_typed.as_deref().unwrap_or(&village),
            district: draft.district_typed.as_deref().unwrap_or(&district),
            phone: "",
            mother: draft.mother.as_ref().map_or("", |mother| mother.as_str()),
        })
    }

    /// Opens a claim for what a list tells of somebody, when there is none yet: after a death when
    /// something was ever paid, after an accident when there was cover on the day. Whether it did.
    fn open_for_event(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        person: &Person,
        notice: &Notice,
    ) -> Result<bool, AppError> {
        let known = store::benefit_claims::of_person(tx, person.id)?;
        if known.iter().any(|claim| is_claim_for(claim, (notice.kind, notice.event))) {
            return Ok(false);
        }
        let kind = claimed_first(notice.kind);
        let found = ruled(self.assessed_event(tx, person, (kind, notice.event)))?;
        let Some(found) = found.filter(|found| is_owed(notice.kind, found)) else {
            return Ok(false);
        };
        if found.first_paid.is_none() {
            return Ok(false);
        }
        let today = self.environment.today();
        let opening = ClaimOpening {
            person: person.id,
            kind,
            event: notice.event,
            reported: Some(notice.as_of.min(today)),
            told: Told::from_name(&notice.source).unwrap_or(Told::Office),
            occupation: None,
            reporter: store::benefit_claims::Reporter::default(),
            facts: ClaimFacts::default(),
        };
        let (_, is_new) = self.open_in(tx, actor, person, &opening)?;
        Ok(is_new)
    }

    /// The questions that lists of a kind raised and nobody has answered, masked.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn notice_questions(
        &self,
        actor: &Actor,
        kind: NoticeKind,
    ) -> Result<Vec<NoticeQuestion>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadClaims)?;
        self.store.read(|tx| {
            let mut questions = Vec::new();
            for notice in store::deaths::in_state(tx, kind, NoticeState::Ask)? {
                let Some(person) = store::people::get(tx, notice.person)? else { continue };
                let target = Target::in_region(person.place);
                if self.reaches(actor, Operation::ReadClaims, &target) {
                    questions.push(NoticeQuestion {
                        id: notice.id,
                        source: notice.source,
                        event: notice.event,
                        village: self.name_of(person.place),
                        person: masked_now(&person),
                        listed: notice.name.as_ref().map(initials_of).unwrap_or_default(),
                        listed_birth: notice.birth.map(|birth| birth.year()),
                        certainty_ppm: certainty_ppm(notice.score),
                        reasons: reasons(&notice.levels),
                    });
                }
            }
            Ok(questions)
        })
    }

    /// Answers a question: it is this member, or it is not; the same again is no change.
    ///
    /// # Errors
    /// `DEATH_UNKNOWN`, `DEATH_ANSWERED` when it was answered otherwise, `REASON_MISSING`.
    pub fn answer_notice(
        &self,
        actor: &Actor,
        (kind, id): (NoticeKind, Id<kind::DeathNotice>),
        is_same: bool,
        reason: &str,
    ) -> Result<NoticeState, AppError> {
        let reason = crate::people::usable_reason(reason)?;
        let said = if is_same { NoticeState::Confirmed } else { NoticeState::Denied };
        self.authorize(actor, Operation::TakeReferences, &Target::default())?;
        self.store.write(|tx| {
            let unknown = || AppError::not_found("DEATH_UNKNOWN", id.to_string());
            let notice = store::deaths::get(tx, id)?.filter(|notice| notice.kind == kind);
            let notice = notice.ok_or_else(unknown)?;
            if notice.state == said {
                return Ok(said);
            }
            if notice.state != NoticeState::Ask {
                return Err(AppError::refused("DEATH_ANSWERED", ""));
            }
            store::deaths::answer(tx, id, said, (actor.id, self.now_ms()))?;
            if is_same {
                let person = self.member(tx, notice.person)?;
                if kind == NoticeKind::Death {
                    // A word on a day after the one on which they were known to live.
                    let lived = store::deaths::alive_on(tx, person.id)?.map(|day| day.plus_days(1));
                    let list = ReferenceList {
                        id: answer_list_id(id),
                        kind: ReferenceKind::Meninggal,
                        as_of: lived.map_or(notice.as_of, |lived| lived.max(notice.as_of)),
                    };
                    let entry = entry_of(&person, notice.event);
                    store::references::insert(tx, &list, self.now_ms(), &[entry])?;
                }
                self.open_for_event(tx, actor, &person, &notice)?;
            }
            let name = kind.name();
            let object = ("death-notice", id.as_bytes());
            let act = format!("{name}-{}", if is_same { "confirmed" } else { "denied" });
            self.record_reason(tx, actor, &act, object, &reason)?;
            Ok(said)
        })
    }
}

/// What is claimed at first: what an accident has cost and taken is told later.
fn claimed_first(kind: NoticeKind) -> ClaimKind {
    match kind {
        NoticeKind::Death => ClaimKind::Jkm,
        NoticeKind::Accident => ClaimKind::JkkCare,
    }
}

/// Whether a claim is for what a list tells: any death is the one death, any claim of JKK around
/// the day is about the accident.
fn is_claim_for(claim: &crate::claims::Claim, (kind, event): (NoticeKind, Day)) -> bool {
    let stands = claim.state != ClaimState::Withdrawn;
    let days = claim.event.days_until(event).unsigned_abs();
    let is_of_kind = match kind {
        NoticeKind::Death => claim.kind.is_death(),
        NoticeKind::Accident => claim.kind.scheme() == Scheme::Jkk && days <= SAME_ACCIDENT_DAYS,
    };
    stands && is_of_kind
}

/// Whether something may be owed: after an accident there must have been cover on the day, after
/// a death the benefit itself says so.
fn is_owed(kind: NoticeKind, found: &Assessment) -> bool {
    let is_covered = matches!(found.cover, Cover::Active | Cover::Grace { .. });
    kind == NoticeKind::Death || is_covered
}

/// Whether the same list was taken in before.
fn is_known(
    tx: &mut Tx<'_>,
    (kind, id): (NoticeKind, Id<kind::ReferenceList>),
    first: Option<&Met>,
) -> Result<bool, AppError> {
    match (kind, first) {
        (NoticeKind::Death, _) => {
            Ok(store::references::lists(tx)?.iter().any(|known| known.id == id))
        }
        (NoticeKind::Accident, Some(met)) => {
            Ok(store::deaths::get(tx, notice_id(id, met.row))?.is_some())
        }
        (NoticeKind::Accident, None) => Ok(false),
    }
}

/// What is kept of a row that met a member.
fn notice(
    (list, id): (&EventList<'_>, Id<kind::ReferenceList>),
    met: &Met,
    rows: &[(Draft, Day)],
    members: &[Person],
) -> Notice {
    let (draft, event) = &rows[met.row];
    Notice {
        id: notice_id(id, met.row),
        kind: list.kind,
        source: list.source.name().into(),
        as_of: list.as_of,
        event: *event,
        person: members[met.person].id,
        score: met.score,
        levels: met.levels.clone(),
        state: if met.sure { NoticeState::Same } else { NoticeState::Ask },
        name: draft.name.clone(),
        birth: draft.birth,
    }
}

/// What the rules say of a day; nothing where they say nothing, as of a death of before the law.
fn ruled<T>(found: Result<T, AppError>) -> Result<Option<T>, AppError> {
    match found {
        Err(error) if error.code == "RULE_MISSING" => Ok(None),
        found => found.map(Some),
    }
}

/// Everybody who is or was on a programme, by record.
fn members(tx: &mut Tx<'_>) -> Result<Vec<Person>, AppError> {
    let mut ids: HashSet<Id<kind::Person>> = HashSet::new();
    for programme in store::programmes::list(tx)? {
        let found = store::memberships::of_programme(tx, programme.id)?;
        ids.extend(found.iter().map(|one| one.person));
    }
    let roots = store::merges::roots(tx)?;
    let ids: HashSet<_> = ids.iter().map(|id| store::merges::root_of(&roots, *id)).collect();
    let mut people = Vec::new();
    store::people::each(tx, |person, _| {
        if ids.contains(&person.id) {
            people.push(person);
        }
        Ok(())
    })?;
    Ok(people)
}

/// What the list of the dead keeps: every row with a number, but not the number of a member about
/// whom a human is asked; whoever is surely meant is kept under their own number.
fn entries(rows: &[(Draft, Day)], members: &[Person], met: &[Met]) -> Vec<ReferenceEntry> {
    let by_row: HashMap<usize, &Met> = met.iter().map(|one| (one.row, one)).collect();
    let entry = |(row, (draft, event)): (usize, &(Draft, Day))| match by_row.get(&row) {
        Some(one) if one.sure => Some(entry_of(&members[one.person], *event)),
        Some(one) if draft.nik == Some(members[one.person].nik) => None,
        _ => Some(ReferenceEntry {
            nik: draft.nik?,
            name: draft.name.clone(),
            birth: draft.birth,
            event: Some(*event),
            decile: None,
        }),
    };
    rows.iter().enumerate().filter_map(entry).collect()
}

pub(crate) fn entry_of(person: &Person, event: Day) -> ReferenceEntry {
    ReferenceEntry {
        nik: person.nik,
        name: Some(person.name.clone()),
        birth: Some(person.birth),
        event: Some(event),
        decile: None,
    }
}

/// The same list of the same day gets the same identifier, whatever file it came in.
fn list_id(list: &EventList<'_>, rows: &[(Draft, Day)]) -> Id<kind::ReferenceList> {
    let mut digest = Sha256::new();
    digest.update(match list.kind {
        NoticeKind::Death => b"list of the dead".as_slice(),
        NoticeKind::Accident => b"list of accidents",
    });
    digest.update(list.source.name());
    digest.update(list.as_of.as_number().to_le_bytes());
    for (draft, event) in rows {
        digest.update(draft.nik.map_or(0, |nik| nik.as_u64()).to_le_bytes());
        digest.update(event.as_number().to_le_bytes());
        digest.update(draft.birth.map_or(0, Day::as_number).to_le_bytes());
        let name = draft.name.as_ref().map_or("", |name| name.as_str());
        digest.update((name.len() as u64).to_le_bytes());
        digest.update(name);
    }
    derived(digest)
}

fn notice_id(list: Id<kind::ReferenceList>, row: usize) -> Id<kind::DeathNotice> {
    let mut digest = Sha256::new();
    digest.update(b"line of the dead");
    digest.update(list.as_bytes());
    digest.update((row as u64).to_le_bytes());
    derived(digest)
}

/// The list that an answered question makes.
fn answer_list_id(notice: Id<kind::DeathNotice>) -> Id<kind::ReferenceList> {
    derived(Sha256::new().chain_update(b"answer about the dead").chain_update(notice.as_bytes()))
}

pub(crate) fn derived<K>(digest: Sha256) -> Id<K> {
    let mut half = [0; 16];
    half.copy_from_slice(&digest.finalize()[..16]);
    Id::derived(half)
}
