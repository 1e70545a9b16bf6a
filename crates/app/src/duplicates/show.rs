//! A pair as people see it: side by side, masked, with reasons, money, sources and what was said.

use base::id::kind;
use base::{Day, Id, Month, PersonName, RegionCode, Rupiah};
use domain::duplicates::{PairState, PairVerdict, Stake};
use domain::merging::{MergePlan, Move};
use domain::registry::Person;
use domain::task::Task;
use store::Tx;
use store::audit::AuditLine;
use store::duplicates::Pair;

use super::engine::{Reason, certainty_ppm, reasons};
use super::judge::{answers_twins, away_of, open_task};
use super::{Money, unknown};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonFile, PersonShown};
use crate::tasks::line_of;

/// Pairs that are looked through for one page by somebody who may not see all of them.
const SCANNED_MAX: usize = 10_000;
/// Sources that are named for one person.
const SOURCES_MAX: usize = 8;

/// A pair in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairShown {
    /// Which.
    pub id: Id<kind::Pair>,
    /// Where it stands.
    pub state: PairState,
    /// Counts what was said of it.
    pub revision: u32,
    /// The evidence, in thousandths of a bit.
    pub score: i32,
    /// The same as a probability, in parts per million.
    pub certainty_ppm: i64,
    /// What both cost.
    pub stake: Stake,
    /// The two, masked.
    pub people: [PersonShown; 2],
    /// What speaks for one human and what for two.
    pub reasons: Vec<Reason>,
}

/// A pair with everything that one decides by.
#[derive(Debug, Clone)]
pub struct PairFile {
    /// The pair.
    pub shown: PairShown,
    /// The two people with their cover, masked or whole.
    pub people: [PersonFile; 2],
    /// What each costs.
    pub stakes: [Stake; 2],
    /// Field by field.
    pub fields: Vec<FieldShown>,
    /// By which rows each came in.
    pub sources: [Vec<PairSource>; 2],
    /// What was said, oldest first.
    pub said: Vec<SaidShown>,
    /// What villages were asked.
    pub questions: Vec<QuestionShown>,
    /// What merging them does; none where it cannot be done now, or was.
    pub merge: Option<MergeFacts>,
    /// Why it cannot be done now, by the code of its sentence.
    pub hindrance: Option<String>,
    /// The task that waits for a second person.
    pub task: Option<Id<Task>>,
    /// Whether the one who looks may decide.
    pub may_judge: bool,
    /// Whether the one who looks may answer for a village.
    pub may_answer: bool,
    /// Whether the one who looks may see both whole, for a reason.
    pub may_unmask: bool,
}

/// How two values of a field stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Equal.
    Same,
    /// Different.
    Differs,
    /// One side says nothing.
    Missing,
}

/// A field of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldShown {
    /// The field: the catalogue has its words under `field-NAME`.
    pub name: &'static str,
    /// What each says, masked unless the one who looks has asked.
    pub values: [String; 2],
    /// How they stand to each other.
    pub agreement: Agreement,
}

/// A row by which somebody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairSource {
    /// The received file.
    pub sheet: Id<kind::Sheet>,
    /// Its name.
    pub file_name: Box<str>,
    /// Who sent it.
    pub sender: Box<str>,
    /// The sheet's place in the file, 1 for the first, and the row.
    pub place: (u16, u32),
}

/// Something said of a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidShown {
    /// What.
    pub verdict: PairVerdict,
    /// By whom; the program itself when empty.
    pub by: Box<str>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Why, in the words of whoever said it.
    pub reason: String,
}

/// A question to a village.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionShown {
    /// The village.
    pub place: RegionCode,
    /// When it was asked, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// What it says.
    pub answer: Option<PairVerdict>,
}

/// What merging two records does, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeFacts {
    /// Whose record stays.
    pub kept: Id<kind::Person>,
    /// Rows of files that move.
    pub rows: usize,
    /// Memberships that move.
    pub memberships: usize,
    /// Programmes whose second membership is billed no more.
    pub ended: Vec<Box<str>>,
    /// Covered months that move.
    pub months: usize,
    /// Cards that move or are withdrawn.
    pub cards: usize,
    /// Months paid for both: the month, the scheme, the programme, what it cost.
    pub twice: Vec<(Month, &'static str, Box<str>, Rupiah)>,
    /// The money paid twice.
    pub recoverable: Rupiah,
}

impl Office {
    /// The next pairs in a state, those that cost most first; only those whose people the actor may
    /// read about, or that a village of the actor's was asked about.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn duplicates(
        &self,
        actor: &Actor,
        state: PairState,
        after: Option<Id<kind::Pair>>,
        pairs_max: u32,
    ) -> Result<Vec<PairShown>, AppError> {
        if !self.may_somewhere(actor, Operation::ReadPeople) {
            return Err(AppError::refused("USER_MAY_NOT", &*actor.name));
        }
        self.store.read(|tx| {
            let after = match after {
                Some(id) => store::duplicates::get(tx, id)?,
                None => None,
            };
            let (mut place, mut shown, mut scanned) = (after.map(|pair| pair.place()), vec![], 0);
            while shown.len() < pairs_max as usize && scanned < SCANNED_MAX {
                let page = store::duplicates::page(tx, state, place, pairs_max)?;
                let Some(last) = page.last() else { break };
                place = Some(last.place());
                scanned += page.len();
                for pair in page {
                    let people = self.people_of(tx, &pair)?;
                    if self.sees(tx, actor, &pair, &people)? {
                        shown.push(self.pair_shown(&pair, &people));
                    }
                }
            }
            shown.truncate(pairs_max as usize);
            Ok(shown)
        })
    }

    /// How many pairs wait for the actor: to decide, and to answer for a village.
    pub(crate) fn duplicates_waiting(&self, actor: &Actor) -> Result<(u64, u64), AppError> {
        let today = self.environment.today();
        self.store.read(|tx| {
            let counts = store::duplicates::counts(tx)?;
            let of = |state| counts.get(&state).copied().unwrap_or(0);
            let decides = self.reaches(actor, Operation::ChangePerson, &Target::default());
            let to_decide = if decides { of(PairState::Open) } else { 0 };
            let mut to_answer = 0;
            if of(PairState::Asked) > 0 {
                let grants = actor.grants.iter().filter(|grant| grant.holds_on(today));
                let villages = grants.map(|grant| grant.territory);
                let mut villages: Vec<_> = villages.filter(|place| place.level() == 4).collect();
                villages.sort_unstable();
                villages.dedup();
                for village in villages {
                    let target = Target::in_region(village);
                    if self.reaches(actor, Operation::TakeIn, &target) {
                        to_answer +=
                            store::duplicates::waiting_in(tx, village, None, 1_000)?.len() as u64;
                    }
                }
            }
            Ok((to_decide, to_answer))
        })
    }

    /// Whether the actor may see a pair.
    fn sees(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        pair: &Pair,
        people: &[Person; 2],
    ) -> Result<bool, AppError> {
        let may = |person: &Person| {
            self.reaches(actor, Operation::ReadPeople, &Target::in_region(person.place))
        };
        if people.iter().all(may) {
            return Ok(true);
        }
        Ok(people.iter().any(may) && !self.asked_here(tx, actor, pair)?.is_empty())
    }

    fn pair_shown(&self, pair: &Pair, people: &[Person; 2]) -> PairShown {
        PairShown {
            id: pair.id,
            state: pair.state,
            revision: pair.revision,
            score: pair.score,
            certainty_ppm: certainty_ppm(pair.score),
            stake: pair.stake,
            people: people.each_ref().map(crate::people::masked_now),
            reasons: reasons(&pair.levels),
        }
    }

    /// Asks to see both people of a pair whole, for a reason; the askings, one for each.
    ///
    /// # Errors
    /// Those of [`Office::ask_to_look`], `PAIR_UNKNOWN`.
    pub fn ask_to_look_at_pair(
        &self,
        actor: &Actor,
        id: Id<kind::Pair>,
        reason: &str,
    ) -> Result<[Id<AuditLine>; 2], AppError> {
        let pair = self.store.read(|tx| store::duplicates::get(tx, id))?;
        let pair = pair.ok_or_else(|| unknown(id))?;
        let left = self.ask_to_look(actor, pair.left, reason)?;
        Ok([left, self.ask_to_look(actor, pair.right, reason)?])
    }

    /// A pair with everything one decides by; whole for a few minutes after one's own askings.
    ///
    /// # Errors
    /// `PAIR_UNKNOWN`, also when it is out of reach.
    pub fn duplicate(
        &self,
        actor: &Actor,
        id: Id<kind::Pair>,
        askings: [Option<Id<AuditLine>>; 2],
    ) -> Result<PairFile, AppError> {
        self.store.read(|tx| {
            let pair = store::duplicates::get(tx, id)?.ok_or_else(|| unknown(id))?;
            let people = self.people_of(tx, &pair)?;
            if !self.sees(tx, actor, &pair, &people)? {
                return Err(unknown(id));
            }
            let mut money = Money::new(self);
            let stakes = [money.of(tx, pair.left)?, money.of(tx, pair.right)?];
            let files = [
                self.file_for_pair(tx, actor, &people[0], askings[0])?,
                self.file_for_pair(tx, actor, &people[1], askings[1])?,
            ];
            let (merge, hindrance) = self.merge_facts(tx, &pair)?;
            let may = |operation| {
                people
                    .iter()
                    .all(|one| self.reaches(actor, operation, &Target::in_region(one.place)))
            };
            Ok(PairFile {
                fields: self.fields(&people, &files),
                sources: [self.sources(tx, pair.left)?, self.sources(tx, pair.right)?],
                said: said(tx, &pair)?,
                questions: questions(tx, &pair)?,
                task: open_task(tx, pair.id)?.map(|task| task.id),
                may_judge: may(Operation::ChangePerson),
                may_answer: !self.asked_here(tx, actor, &pair)?.is_empty(),
                may_unmask: may(Operation::Unmask),
                shown: self.pair_shown(&pair, &people),
                people: files,
                stakes,
                merge,
                hindrance,
            })
        })
    }

    /// What merging a pair does now, or did.
    fn merge_facts(
        &self,
        tx: &mut Tx<'_>,
        pair: &Pair,
    ) -> Result<(Option<MergeFacts>, Option<String>), AppError> {
        let plan = match pair.state {
            PairState::Same | PairState::Parting => {
                let away = away_of(tx, pair)?;
                let history = store::merges::history(tx, away)?;
                MergePlan {
                    kept: pair.other(away),
                    away,
                    moves: Vec::new(),
                    paid_twice: history.covered,
                    ended: history.memberships,
                }
            }
            PairState::Resting => return Ok((None, Some("PERSON_MERGED".to_owned()))),
            _ => {
                let tasks =
                    store::access::tasks_of(tx, domain::task::TaskKind::Merge, pair.id.as_bytes())?;
                let proposed = tasks.last().filter(|_| pair.state == PairState::Proposed);
                let keep = proposed.and_then(|record| line_of(&record.content, "kept"));
                let keep = keep.and_then(|text| Id::parse(text).ok());
                match self.merge_plan(tx, pair, keep) {
                    Ok(plan) => plan,
                    Err(error) if error.kind == crate::error::ErrorKind::Refused => {
                        return Ok((None, Some(error.code)));
                    }
                    Err(error) => return Err(error),
                }
            }
        };
        facts_of(tx, &plan).map(|facts| (Some(facts), None))
    }

    fn sources(
        &self,
        tx: &mut Tx<'_>,
        person: Id<kind::Person>,
    ) -> Result<Vec<PairSource>, AppError> {
        let mut sources = Vec::new();
        for (id, index, row) in store::merges::rows(tx, person)?.into_iter().take(SOURCES_MAX) {
            let Some(sheet) = store::sheets::get(tx, id)? else { continue };
            let org = store::orgs::get(tx, sheet.org)?;
            sources.push(PairSource {
                sheet: id,
                file_name: sheet.file_name,
                sender: org.map_or("".into(), |org| org.name),
                place: (index + 1, row),
            });
        }
        Ok(sources)
    }

    /// Every field of both, as far as it may be shown; what differs shows where it differs.
    fn fields(&self, people: &[Person; 2], files: &[PersonFile; 2]) -> Vec<FieldShown> {
        let whole = files.iter().all(|file| file.shown.unmasked);
        let shown = |of: fn(&PersonShown) -> Option<String>| {
            files.each_ref().map(|file| of(&file.shown).unwrap_or_default())
        };
        let nik = people.each_ref().map(|one| one.nik.reveal());
        let birth = people.each_ref().map(|one| written(one.birth));
        let mut fields = Vec::new();
        let mut add = |name, values: [String; 2], agreement| {
            fields.push(FieldShown { name, values, agreement });
        };
        let contrasted = |plain: &[String; 2], masked: [String; 2]| match whole {
            true => plain.clone(),
            false => contrast(plain).unwrap_or(masked),
        };
        let names = people.each_ref().map(|one| linkage::normalise_name(one.name.as_str()));
        add("name", shown(|one| Some(one.name.clone())), of_texts(&names));
        add("nik", contrasted(&nik, shown(|one| Some(one.nik.clone()))), of_texts(&nik));
        let kk = people.each_ref().map(|one| one.no_kk.map(|kk| kk.reveal()).unwrap_or_default());
        add("no_kk", contrasted(&kk, shown(|one| one.no_kk.clone())), of_texts(&kk));
        let masked_birth = birth.each_ref().map(|date| format!("••-••-{}", &date[6..]));
        add("birth_date", contrasted(&birth, masked_birth), of_texts(&birth));
        let text = |value: Option<&str>| value.unwrap_or_default().trim().to_lowercase();
        let own = people.each_ref().map(|one| text(one.birth_place.as_deref()));
        add("birth_place", shown(|one| one.birth_place.clone()), of_texts(&own));
        let own = people.each_ref().map(|one| one.sex.letter().to_owned());
        add("sex", own.clone(), of_texts(&own));
        let name = |person: &Person| text(person.mother.as_ref().map(PersonName::as_str));
        let own = people.each_ref().map(|one| linkage::normalise_name(&name(one)));
        add("mother_name", shown(|one| one.mother.clone()), of_texts(&own));
        let own = people.each_ref().map(|one| self.place_words(one.place));
        add("village", own.clone(), of_texts(&own));
        let own = people.each_ref().map(|one| text(one.address.as_deref()));
        add("address", shown(|one| one.address.clone()), of_texts(&own));
        let own = people
            .each_ref()
            .map(|one| one.phone.map(|phone| phone.international()).unwrap_or_default());
        add("phone", shown(|one| one.phone.clone()), of_texts(&own));
        let work = shown(|one| one.occupation.clone());
        let agreement = of_texts(&work);
        add("occupation", work, agreement);
        fields
    }
}

fn facts_of(tx: &mut Tx<'_>, plan: &MergePlan) -> Result<MergeFacts, AppError> {
    let count = |is: fn(&Move) -> bool| plan.moves.iter().filter(|one| is(one)).count();
    let mut ended = Vec::new();
    for membership in &plan.ended {
        ended.push(programme_name(tx, membership.programme)?);
    }
    let mut twice = Vec::new();
    for (cover, rupiah) in &plan.paid_twice {
        let programme = programme_name(tx, cover.programme)?;
        twice.push((cover.month, cover.scheme.name(), programme, *rupiah));
    }
    Ok(MergeFacts {
        kept: plan.kept,
        rows: count(|one| matches!(one, Move::Row(_))),
        memberships: count(|one| matches!(one, Move::Membership(_))),
        months: plan.covers_moved(),
        cards: count(|one| matches!(one, Move::Card(_) | Move::StopCard(..))),
        recoverable: plan.recoverable(),
        ended,
        twice,
    })
}

fn programme_name(tx: &mut Tx<'_>, id: Id<kind::Programme>) -> Result<Box<str>, AppError> {
    let found = store::programmes::get(tx, id)?;
    Ok(found.map_or_else(|| id.to_string().into(), |programme| programme.name))
}

fn said(tx: &mut Tx<'_>, pair: &Pair) -> Result<Vec<SaidShown>, AppError> {
    let mut shown = Vec::new();
    for one in store::duplicates::said(tx, pair.id)? {
        let by = match one.by {
            Some(user) => store::orgs::user(tx, user)?.map_or("".into(), |user| user.name),
            None => "".into(),
        };
        let reason = match store::audit::entry_by_id(tx, &one.line)? {
            Some(entry) if &*entry.line.object_kind == "sheet" => {
                reason_in_file(tx, pair, Id::from_bytes(entry.line.object.unwrap_or_default()))?
            }
            Some(entry) => store::audit::reason(tx, &entry.line)?.unwrap_or_default(),
            None => String::new(),
        };
        shown.push(SaidShown { verdict: one.verdict, by, at_ms: one.at_ms, reason });
    }
    Ok(shown)
}

/// Why somebody told two people apart while a file was checked: it stands with the answer.
fn reason_in_file(
    tx: &mut Tx<'_>,
    pair: &Pair,
    sheet: Id<kind::Sheet>,
) -> Result<String, AppError> {
    let mut rows = store::merges::rows(tx, pair.left)?;
    rows.extend(store::merges::rows(tx, pair.right)?);
    let answers = store::staging::answers(tx, sheet)?;
    let mut reasons = answers.iter().filter(|answer| {
        rows.iter().any(|(of, index, row)| *of == sheet && answers_twins(answer, (*index, *row)))
    });
    Ok(reasons.next().map(|answer| answer.reason.to_string()).unwrap_or_default())
}

fn questions(tx: &mut Tx<'_>, pair: &Pair) -> Result<Vec<QuestionShown>, AppError> {
    let found = store::duplicates::questions(tx, pair.id)?.into_iter();
    let shown =
        found.map(|one| QuestionShown { place: one.place, at_ms: one.at_ms, answer: one.answer });
    Ok(shown.collect())
}

fn of_texts(values: &[String; 2]) -> Agreement {
    match values {
        [one, other] if one.is_empty() || other.is_empty() => Agreement::Missing,
        [one, other] if one == other => Agreement::Same,
        _ => Agreement::Differs,
    }
}

/// Day, month and year, each where it always stands.
fn written(day: Day) -> String {
    format!("{:02}-{:02}-{:04}", day.day(), day.month(), day.year())
}

/// Characters of a number that may be shown because the two differ in them.
const CONTRAST_MAX: usize = 4;

/// Two numbers of one length with only the places shown in which they differ, as far as they are
/// few; a year is shown anyway.
fn contrast(values: &[String; 2]) -> Option<[String; 2]> {
    let (one, other) = (values[0].as_bytes(), values[1].as_bytes());
    let differ = || one.iter().zip(other).filter(|(a, b)| a != b).count();
    if one.len() != other.len() || one == other || differ() > CONTRAST_MAX {
        return None;
    }
    let is_date = one.contains(&b'-');
    let shown = |own: &[u8], theirs: &[u8]| -> String {
        let pairs = own.iter().zip(theirs).enumerate();
        pairs
            .map(|(at, (a, b))| match a != b || *a == b'-' || is_date && at >= 6 {
                true => char::from(*a),
                false => '•',
            })
            .collect()
    };
    Some([shown(one, other), shown(other, one)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let check = |one: &str, other: &str, expect: Option<(&str, &str)>| {
            let found = contrast(&[one.to_owned(), other.to_owned()]);
            let found = found.as_ref().map(|[one, other]| (one.as_str(), other.as_str()));
            assert_eq!(found, expect);
        };
        check("12345", "12354", Some(("•••45", "•••54")));
        check("12345", "12345", None);
        check("12345", "1234", None);
        check("17-08-1962", "18-08-1962", Some(("•7-••-1962", "•8-••-1962")));
        check("1234567", "7654321", None);
    }
}
