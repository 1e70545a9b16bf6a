//! Changes of an approved list: put forward with the waiting list's next, approved by a second
//! person, followed by memberships and by the bills of later months.
//!
//! What was put forward is computed anew when it is approved; if anything it rests on is otherwise
//! by then (a bill, another change, a death), it is refused and put forward again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use base::id::kind;
use base::{Day, Id, Month, Nik, RegionCode, Rupiah};
use domain::annex::Decree;
use domain::membership::{Membership, PlannedCover, overlaps};
pub use domain::movement::{LeaveReason, Member, Movement, MovementRefusal, MovementState, Room};
use domain::movement::{MovementInput, SkipReason, Waiting, movement};
use domain::programme::Programme;
use domain::screening::SkipReason as Screened;
use domain::task::{Task, TaskKind, TaskState};
use store::Tx;
pub use store::movements::{MovementHead, Side};

use crate::board::fallen_of;
use crate::candidates::billed_months;
use crate::conflicts::people_on_lists;
use crate::drafting::draft_file;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::reading::ReadRequest;
use crate::tasks::Forward;

/// A change that somebody asks for.
#[derive(Debug, Clone)]
pub struct MovementAsked<'a> {
    /// The programme, by code.
    pub programme: &'a str,
    /// The first month that is not paid for those who leave.
    pub from: Month,
    /// Why they leave.
    pub reason: LeaveReason,
    /// Who leaves, by record.
    pub people: Vec<Id<kind::Person>>,
    /// Who leaves, by number.
    pub numbers: Vec<Nik>,
    /// The decree that says so, where there is one.
    pub basis: Option<Decree>,
}

/// Members for whom nothing may be paid any more, who would leave for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FallenGroup {
    /// Why.
    pub reason: LeaveReason,
    /// The first month that would not be paid for them.
    pub from: Month,
    /// Who, by record.
    pub people: Vec<Id<kind::Person>>,
}

/// A change with everybody it names, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementShown {
    /// The change.
    pub head: MovementHead,
    /// The name of its maker.
    pub maker: Box<str>,
    /// Everybody it names.
    pub people: Vec<MovedPerson>,
    /// Whether it was put forward just now.
    pub is_new: bool,
}

/// Somebody whom a change names, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedPerson {
    /// On which side.
    pub side: Side,
    /// Who.
    pub person: Id<kind::Person>,
    /// Name.
    pub name: String,
    /// The number, masked.
    pub nik: String,
    /// Village of residence.
    pub place: RegionCode,
    /// Their rank on the waiting list; 0 for those who leave.
    pub rank: u32,
    /// First and last month it is about.
    pub months: (Month, Month),
    /// What those months cost.
    pub rupiah: Rupiah,
    /// Why they were passed over.
    pub why: Option<SkipReason>,
}

/// A programme's changes, and what is free.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movements {
    /// The programme: code and name.
    pub programme: (Box<str>, Box<str>),
    /// Its changes, newest first.
    pub heads: Vec<MovementHead>,
    /// Places and money that nobody has taken.
    pub room: Room,
    /// How many wait behind the approved lists and could take a place.
    pub waiting: u64,
    /// The first month that a change may begin with, when there is one.
    pub first_open: Option<Month>,
}

impl Office {
    /// Puts a change forward; the same again is no change.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `NOT_A_MEMBER`, and the codes of [`MovementRefusal`].
    pub fn propose_movement(
        &self,
        actor: &Actor,
        asked: &MovementAsked<'_>,
    ) -> Result<MovementShown, AppError> {
        let programme = self.programme(asked.programme)?;
        self.authorize(actor, Operation::Propose, &Target::in_region(programme.territory))?;
        self.store.write(|tx| {
            let members = self.members(tx, &programme)?;
            let leaving = leaving(tx, &members, asked)?;
            let people: BTreeSet<_> = leaving.iter().map(|one| one.membership.person).collect();
            if let Some(head) = asked_before(tx, &programme, asked, &people)? {
                return movement_shown(tx, head, false);
            }
            let about = (asked.from, asked.reason, asked.basis.as_ref());
            let change = self.compute(tx, &programme, about, &leaving)?;
            let id: Id<Movement> = self.environment.new_id();
            let head = MovementHead {
                id,
                programme: programme.id,
                reason: change.reason,
                from: change.from,
                made_by: actor.id,
                made_at_ms: self.now_ms(),
                left: change.left.len() as u32,
                joined: change.joined.len() as u32,
                freed: change.freed,
                used: change.used,
                hash: change.hash,
                state: MovementState::Proposed,
                annex: None,
                basis: change.basis.clone(),
            };
            store::movements::insert(tx, &head, &change, programme.last)?;
            let forward = Forward {
                id: Id::from_bytes(*id.as_bytes()),
                kind: TaskKind::Movement,
                object: *id.as_bytes(),
                hash: change.hash,
                effect: Rupiah(change.freed.0.max(change.used.0)),
                content: &content_of(&programme, &change),
            };
            self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "movement-proposed", "movement", id.as_bytes())?;
            movement_shown(tx, head, true)
        })
    }

    /// The decree that a change rests on, as typed: its number and its day, or neither.
    ///
    /// # Errors
    /// `DECREE_UNFIT`, `TEXT_HOLDS_NIK`.
    pub fn basis(&self, number: &str, day: Option<Day>) -> Result<Option<Decree>, AppError> {
        match (number.trim(), day) {
            ("", None) => Ok(None),
            (number, Some(day)) => self.decree(number, day).map(Some),
            (_, None) => Err(AppError::refused("DECREE_UNFIT", "")),
        }
    }

    /// Members for whom nothing may be paid any more, by the reason for which they would leave and
    /// from the first month that is still open.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn fallen(&self, actor: &Actor, code: &str) -> Result<Vec<FallenGroup>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let from = earliest_change(tx, &programme)?;
            if from > programme.last {
                return Ok(Vec::new());
            }
            let memberships = store::memberships::of_programme(tx, programme.id)?.into_iter();
            // Whoever leaves later by a change, or has no month before, cannot leave now.
            let staying = memberships.filter(|one| one.last == programme.last && one.first < from);
            let merged = store::merges::roots(tx)?;
            let staying = staying.map(|one| one.person).filter(|one| !merged.contains_key(one));
            let members = people_on_lists(tx, &staying.collect())?;
            let fallen = fallen_of(tx, &programme, &members)?;
            let mut groups: BTreeMap<LeaveReason, Vec<Id<kind::Person>>> = BTreeMap::new();
            for (person, why) in fallen {
                if let Some(reason) = leaves_for(why) {
                    groups.entry(reason).or_default().push(person);
                }
            }
            let group = |(reason, mut people): (LeaveReason, Vec<Id<kind::Person>>)| {
                people.sort_unstable();
                FallenGroup { reason, from, people }
            };
            Ok(groups.into_iter().map(group).collect())
        })
    }

    /// The numbers of a file, such as the list of a decree of appointment.
    ///
    /// # Errors
    /// `FILE_REFUSED`.
    pub fn numbers_of_file(&self, path: &Path) -> Result<Vec<Nik>, AppError> {
        let request = ReadRequest { path: path.to_owned(), ..ReadRequest::default() };
        let mut numbers = Vec::new();
        let mut seen = HashSet::new();
        draft_file(&self.reader, &request, &self.draft_anybody(), &mut |batch| {
            let found = batch.iter().filter_map(|(draft, _)| draft.nik);
            numbers.extend(found.filter(|nik| seen.insert(nik.as_u64())));
        })
        .map_err(|refusal| AppError::refused("FILE_REFUSED", refusal.code))?;
        Ok(numbers)
    }

    /// A programme's changes, newest first, and what is free.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn movements(&self, actor: &Actor, code: &str) -> Result<Movements, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let mut heads = store::movements::of_programme(tx, programme.id)?;
            heads.reverse();
            let waiting = self.waiting(tx, &programme)?;
            let free = waiting.iter().filter(|one| one.hindrance.is_none()).count() as u64;
            let open = earliest_change(tx, &programme)?;
            Ok(Movements {
                room: self.room(tx, &programme, open.min(programme.last))?,
                waiting: free,
                first_open: (open <= programme.last).then_some(open),
                heads,
                programme: (programme.code.clone(), programme.name.clone()),
            })
        })
    }

    /// One change with everybody it names, masked.
    ///
    /// # Errors
    /// `MOVEMENT_UNKNOWN`.
    pub fn movement(&self, actor: &Actor, id: Id<Movement>) -> Result<MovementShown, AppError> {
        let unknown = || AppError::not_found("MOVEMENT_UNKNOWN", "");
        self.store.read(|tx| {
            let head = store::movements::get(tx, id)?.ok_or_else(unknown)?;
            let programme = store::programmes::get(tx, head.programme)?.ok_or_else(unknown)?;
            let target = Target::in_region(programme.territory);
            self.authorize_or(actor, Operation::ReadMoney, &target, unknown)?;
            movement_shown(tx, head, false)
        })
    }

    /// What a verdict on a change brings about, with its one audit line.
    pub(crate) fn movement_decided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        state: TaskState,
    ) -> Result<(), AppError> {
        let unknown = || AppError::not_found("MOVEMENT_UNKNOWN", "");
        let id: Id<Movement> = Id::from_bytes(task.object);
        if state == TaskState::Returned {
            store::movements::set_state(tx, id, MovementState::Returned)?;
            return self.record(tx, actor, "movement-returned", "movement", &task.object);
        }
        let head = store::movements::get(tx, id)?.ok_or_else(unknown)?;
        let programme = store::programmes::get(tx, head.programme)?.ok_or_else(unknown)?;
        if task.hash != head.hash || task.maker != head.made_by {
            return Err(AppError::refused("LIST_CHANGED", ""));
        }
        let items = store::movements::items(tx, id)?;
        let left = items.iter().filter(|item| item.side == Side::Left);
        let left: HashSet<_> = left.map(|item| item.person).collect();
        let members = self.members(tx, &programme)?.into_iter();
        let leaving: Vec<Member> =
            members.filter(|member| left.contains(&member.membership.person)).collect();
        let about = (head.from, head.reason, head.basis.as_ref());
        let change = self.compute(tx, &programme, about, &leaving)?;
        if change.hash != head.hash {
            return Err(AppError::refused("LIST_CHANGED", ""));
        }
        store::movements::carry_out(tx, id, &change, self.now_ms())?;
        self.record(tx, actor, "movement-approved", "movement", id.as_bytes())
    }

    /// Computes a change from everything as it stands now.
    fn compute(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        (from, reason, basis): (Month, LeaveReason, Option<&Decree>),
        leaving: &[Member],
    ) -> Result<Movement, AppError> {
        let fund = store::programmes::fund(tx, programme.fund)?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))?;
        let mut waiting = self.waiting(tx, programme)?;
        mark_paid_elsewhere(tx, programme, from, &mut waiting)?;
        movement(&MovementInput {
            programme,
            fund: fund.kind,
            from,
            reason,
            basis,
            leaving,
            billed_until: billed_until(tx, programme.id)?,
            waiting: &waiting,
            room: self.room(tx, programme, from)?,
            rulebook: &self.rulebook,
        })
        .map_err(|refusal| movement_refused(refusal, from))
    }

    /// Everybody on a programme as the register has them now.
    fn members(&self, tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Member>, AppError> {
        let memberships = store::memberships::of_programme(tx, programme.id)?.into_iter();
        let by_person: HashMap<Id<kind::Person>, Membership> =
            memberships.map(|one| (one.person, one)).collect();
        let people = store::memberships::people(tx, programme.id)?.into_iter();
        let member = |person: domain::registry::Person| {
            let membership = *by_person.get(&person.id)?;
            let sector = self.sector_of(person.occupation.as_ref());
            let domain::registry::Person { name, nik, place, occupation, birth, .. } = person;
            Some(Member { membership, name, nik, place, occupation, sector, birth })
        };
        Ok(people.filter_map(member).collect())
    }

    /// What earlier changes left free and is free still in a month and all later ones: a list may
    /// have given a freed place away since, and the programme may have fewer places by now.
    pub(crate) fn room(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        from: Month,
    ) -> Result<Room, AppError> {
        let held = match programme.terms.quota {
            Some(_) => self.places_held(tx, programme, from)?,
            None => 0,
        };
        room_beside(tx, programme, held)
    }

    /// Those who wait behind approved lists, each with what the screening has against them today:
    /// a change gives a place to nobody whom a list would leave out, or has already.
    fn waiting(&self, tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Waiting>, AppError> {
        let mut seen = HashSet::new();
        let mut waiting = store::movements::waiting(tx, programme.id)?;
        stand_for_merged(tx, programme, &mut waiting)?;
        // Whoever waits behind two lists has the place of the first.
        waiting.retain(|one| seen.insert(one.line.person));
        if waiting.is_empty() {
            return Ok(waiting);
        }
        let screened = self.screened(tx, programme)?;
        let fit: HashSet<_> = screened.fit.iter().map(|one| one.person).collect();
        let why: HashMap<_, _> =
            screened.skipped.iter().map(|(one, reason)| (one.person, *reason)).collect();
        for one in &mut waiting {
            let person = one.line.person;
            one.hindrance = match one.hindrance {
                Some(SkipReason::Member) => Some(SkipReason::Member),
                _ if fit.contains(&person) => None,
                // Not judged at all: on a list that waits for approval, or accepted no more.
                _ => Some(why.get(&person).map_or(SkipReason::NotAccepted, |one| hindrance(*one))),
            };
        }
        Ok(waiting)
    }
}

/// Whoever waits by a record that stepped aside waits by the one that stands for it, at the same
/// rank.
fn stand_for_merged(
    tx: &mut Tx<'_>,
    programme: &Programme,
    waiting: &mut [Waiting],
) -> Result<(), AppError> {
    let roots = store::merges::roots(tx)?;
    if !waiting.iter().any(|one| roots.contains_key(&one.line.person)) {
        return Ok(());
    }
    let members = store::memberships::of_programme(tx, programme.id)?;
    let members: HashSet<_> = members.iter().map(|one| one.person).collect();
    for one in waiting {
        let Some(root) = roots.get(&one.line.person) else { continue };
        let Some(person) = store::people::get(tx, *root)? else { continue };
        one.line.person = *root;
        one.line.name = person.name;
        one.line.nik = person.nik;
        one.line.place = person.place;
        one.birth = person.birth;
        one.hindrance = members.contains(root).then_some(SkipReason::Member);
    }
    Ok(())
}

/// What a reason of the screening is called on a waiting list.
fn hindrance(reason: Screened) -> SkipReason {
    match reason {
        Screened::Dead(_) => SkipReason::Died,
        Screened::OtherProgramme(..) => SkipReason::PaidElsewhere,
        Screened::AgeByLaw | Screened::AgeByTerms => SkipReason::Age,
        Screened::CivilServant(_)
        | Screened::Decile(_)
        | Screened::Facility
        | Screened::Insured(_) => SkipReason::NotAccepted,
    }
}

/// The reason for which somebody leaves who fell out.
fn leaves_for(why: Screened) -> Option<LeaveReason> {
    match why {
        Screened::Dead(_) => Some(LeaveReason::Died),
        Screened::CivilServant(_) => Some(LeaveReason::AsnAppointed),
        Screened::Insured(_) => Some(LeaveReason::EmployerInsured),
        Screened::AgeByLaw
        | Screened::AgeByTerms
        | Screened::Decile(_)
        | Screened::Facility
        | Screened::OtherProgramme(..) => None,
    }
}

/// The members that were asked for.
fn leaving(
    tx: &mut Tx<'_>,
    members: &[Member],
    asked: &MovementAsked<'_>,
) -> Result<Vec<Member>, AppError> {
    let mut wanted = asked.people.clone();
    let mut known: HashSet<_> = wanted.iter().copied().collect();
    let own: HashMap<_, _> =
        members.iter().map(|member| (member.nik, member.membership.person)).collect();
    for nik in &asked.numbers {
        // A number of theirs is no question to the register, however often it is named.
        if let Some(id) = own.get(nik) {
            if known.insert(*id) {
                wanted.push(*id);
            }
            continue;
        }
        let person = store::people::by_nik(tx, *nik)?;
        let person = person.ok_or_else(|| AppError::not_found("NOT_A_MEMBER", nik.masked()))?;
        // A merged record's number is that of whoever stands for it, and a file may have both.
        let id = store::merges::of(tx, person.id)?.map_or(person.id, |one| one.root);
        if known.insert(id) {
            wanted.push(id);
        }
    }
    let by_person: HashMap<_, _> =
        members.iter().map(|member| (member.membership.person, member)).collect();
    let find = |person: &Id<kind::Person>| {
        let found = by_person.get(person).map(|member| (*member).clone());
        found.ok_or_else(|| AppError::not_found("NOT_A_MEMBER", person.to_string()))
    };
    wanted.iter().map(find).collect()
}

/// The same change, put forward or approved before.
fn asked_before(
    tx: &mut Tx<'_>,
    programme: &Programme,
    asked: &MovementAsked<'_>,
    people: &BTreeSet<Id<kind::Person>>,
) -> Result<Option<MovementHead>, AppError> {
    let stands = |state| matches!(state, MovementState::Proposed | MovementState::Approved);
    for head in store::movements::of_programme(tx, programme.id)? {
        let same =
            (head.from, head.reason, &head.basis) == (asked.from, asked.reason, &asked.basis);
        if !same || !stands(head.state) || head.left as usize != people.len() {
            continue;
        }
        // Places that are free again may be filled again.
        if people.is_empty() && head.state == MovementState::Approved {
            continue;
        }
        let items = store::movements::items(tx, head.id)?;
        let left = items.iter().filter(|item| item.side == Side::Left);
        if left.map(|item| item.person).collect::<BTreeSet<_>>() == *people {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// The last month of a programme whose bill is final or paid.
fn billed_until(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Option<Month>, AppError> {
    Ok(billed_months(tx, programme)?.into_iter().max())
}

/// The first month that a change may begin with, which may lie after the programme: nobody leaves
/// before their first month, and no month is left whose bill is final.
fn earliest_change(tx: &mut Tx<'_>, programme: &Programme) -> Result<Month, AppError> {
    let earliest = programme.first.plus(1);
    let billed = billed_until(tx, programme.id)?;
    Ok(billed.map_or(earliest, |billed| earliest.max(billed.plus(1))))
}

/// What earlier changes left free, beside the places that are held.
pub(crate) fn room_beside(
    tx: &mut Tx<'_>,
    programme: &Programme,
    held: u32,
) -> Result<Room, AppError> {
    let room = store::movements::room(tx, programme.id)?;
    let Some(all) = programme.terms.quota else { return Ok(room) };
    Ok(Room { places: room.places.min(all.saturating_sub(held)), ..room })
}

/// Marks those whom another programme pays for in one of the months.
fn mark_paid_elsewhere(
    tx: &mut Tx<'_>,
    programme: &Programme,
    from: Month,
    waiting: &mut [Waiting],
) -> Result<(), AppError> {
    let elsewhere = store::memberships::elsewhere(tx, programme.id)?;
    let cover = |one: &Waiting| PlannedCover {
        membership: Membership { first: from, ..Membership::of(programme, one.line.person) },
        schemes: programme.schemes,
    };
    let asked: Vec<PlannedCover> = waiting.iter().map(cover).collect();
    let paid: HashSet<_> = overlaps(&asked, &elsewhere).iter().map(|one| one.person).collect();
    for one in waiting.iter_mut().filter(|one| paid.contains(&one.line.person)) {
        one.hindrance.get_or_insert(SkipReason::PaidElsewhere);
    }
    Ok(())
}

fn movement_shown(
    tx: &mut Tx<'_>,
    head: MovementHead,
    is_new: bool,
) -> Result<MovementShown, AppError> {
    let maker = store::orgs::user(tx, head.made_by)?.map_or("".into(), |user| user.name);
    let people = store::movements::items(tx, head.id)?.into_iter().map(|item| MovedPerson {
        side: item.side,
        person: item.person,
        // Whoever was erased is named by the word for it.
        name: match item.nik == Nik::erased() {
            true => item.name.as_str().to_owned(),
            false => crate::people::initials_of(&item.name),
        },
        nik: item.nik.masked(),
        place: item.place,
        rank: item.rank,
        months: (item.first, item.last),
        rupiah: item.rupiah,
        why: item.why,
    });
    Ok(MovementShown { people: people.collect(), head, maker, is_new })
}

/// What an approver is shown, line by line; nobody by name.
fn content_of(programme: &Programme, change: &Movement) -> String {
    let skipped = change.skipped.len();
    let basis = change.basis.as_ref();
    let basis = basis.map(|decree| format!("basis={} ({})", decree.number, decree.day));
    let lines = [
        format!("programme={}", programme.code),
        format!("from={}", change.from),
        format!("reason={}", change.reason.name()),
        format!("left={}", change.left.len()),
        format!("joined={}", change.joined.len()),
        format!("skipped={skipped}"),
        format!("freed_rupiah={}", change.freed.0),
        format!("used_rupiah={}", change.used.0),
    ];
    lines.into_iter().chain(basis).collect::<Vec<_>>().join("\n")
}

fn movement_refused(refusal: MovementRefusal, from: Month) -> AppError {
    let detail = match refusal {
        MovementRefusal::MonthBilled(month) => month.to_string(),
        MovementRefusal::RuleMissing(gap) => return crate::planner::gap_error(gap),
        MovementRefusal::MonthOutside => from.to_string(),
        _ => String::new(),
    };
    AppError::refused(refusal.name(), detail)
}

#[cfg(test)]
pub(crate) mod tests;
