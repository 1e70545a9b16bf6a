//! Changes of an approved list: who leaves from which month and why, and who takes the place.
//!
//! Places go to the waiting list in rank order, within the places and the rupiah that were freed.
//! Whoever is passed over is named with the reason; the first who does not fit closes the list. The
//! list that was approved stays as it is: a change goes into a later annex.

use std::collections::HashSet;

use base::id::kind;
use base::{Day, Id, Month, Nik, PersonName, RegionCode, Rupiah};
use rules::{AgeVerdict, FundKind, RuleGap, Rulebook, WorkSector};

use crate::annex::Decree;
use crate::approval::ListLine;
use crate::digest::Feed;
use crate::membership::Membership;
use crate::occupation::OccupationKey;
use crate::programme::Programme;
use crate::tariff::{Tariff, Work, work_of};

/// Why somebody is a member no more: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeaveReason {
    /// Appointed as a civil servant, PPPK included: insured as one from then on.
    AsnAppointed,
    /// No longer in office in the village.
    VillageTurnover,
    /// Moved out of the region.
    MovedAway,
    /// Died.
    Died,
    /// Insured by an employer.
    EmployerInsured,
    /// Past the age limit.
    AgeLimit,
    /// Asked to leave.
    Resigned,
}

impl LeaveReason {
    /// Every reason, in order.
    pub const ALL: [LeaveReason; 7] = [
        LeaveReason::AsnAppointed,
        LeaveReason::VillageTurnover,
        LeaveReason::MovedAway,
        LeaveReason::Died,
        LeaveReason::EmployerInsured,
        LeaveReason::AgeLimit,
        LeaveReason::Resigned,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            LeaveReason::AsnAppointed => "asn-appointed",
            LeaveReason::VillageTurnover => "village-turnover",
            LeaveReason::MovedAway => "moved-away",
            LeaveReason::Died => "died",
            LeaveReason::EmployerInsured => "employer-insured",
            LeaveReason::AgeLimit => "age-limit",
            LeaveReason::Resigned => "resigned",
        }
    }

    /// The reason with this stable name.
    pub fn from_name(name: &str) -> Option<LeaveReason> {
        LeaveReason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MovementState {
    /// Put forward.
    Proposed,
    /// Approved by somebody else: memberships follow it.
    Approved,
    /// Sent back.
    Returned,
    /// Overtaken by time.
    Expired,
}

impl MovementState {
    /// Every state, in order.
    pub const ALL: [MovementState; 4] = [
        MovementState::Proposed,
        MovementState::Approved,
        MovementState::Returned,
        MovementState::Expired,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            MovementState::Proposed => "proposed",
            MovementState::Approved => "approved",
            MovementState::Returned => "returned",
            MovementState::Expired => "expired",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<MovementState> {
        MovementState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Somebody on the programme, as the register has them now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who, on what, when.
    pub membership: Membership,
    /// Name.
    pub name: PersonName,
    /// National identity number.
    pub nik: Nik,
    /// Village of residence.
    pub place: RegionCode,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// The sector of that work.
    pub sector: WorkSector,
    /// Date of birth.
    pub birth: Day,
}

/// Somebody on the waiting list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The list behind which they wait.
    pub proposal: Id<kind::Proposal>,
    /// The line as it was frozen, with its rank.
    pub line: ListLine,
    /// Date of birth, as the register has it now.
    pub birth: Day,
    /// What keeps them from taking a place whatever the month.
    pub hindrance: Option<SkipReason>,
}

/// Why somebody on the waiting list is passed over; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A member already, or was one.
    Member,
    /// The register accepts them for the programme no more.
    NotAccepted,
    /// A list of the dead names them.
    Died,
    /// Another programme pays for them in one of the months.
    PaidElsewhere,
    /// Too old, or too young, to be registered on the first day.
    Age,
}

impl SkipReason {
    /// Every reason, in order.
    pub const ALL: [SkipReason; 5] = [
        SkipReason::Member,
        SkipReason::NotAccepted,
        SkipReason::Died,
        SkipReason::PaidElsewhere,
        SkipReason::Age,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SkipReason::Member => "member",
            SkipReason::NotAccepted => "not-accepted",
            SkipReason::Died => "died",
            SkipReason::PaidElsewhere => "paid-elsewhere",
            SkipReason::Age => "age",
        }
    }

    /// The reason with this stable name.
    pub fn from_name(name: &str) -> Option<SkipReason> {
        SkipReason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// Places and money that earlier changes freed and nobody has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Room {
    /// Places.
    pub places: u32,
    /// What is bound for them.
    pub rupiah: Rupiah,
}

/// What a change is made from.
#[derive(Debug, Clone, Copy)]
pub struct MovementInput<'a> {
    /// Of what.
    pub programme: &'a Programme,
    /// The kind of fund that pays.
    pub fund: FundKind,
    /// The first month that is not paid for those who leave, and is for those who come.
    pub from: Month,
    /// Why they leave.
    pub reason: LeaveReason,
    /// The decree that says so, where there is one.
    pub basis: Option<&'a Decree>,
    /// Who leaves; nobody when only free places are filled.
    pub leaving: &'a [Member],
    /// The last month with a bill that is final or paid.
    pub billed_until: Option<Month>,
    /// Those who wait, in rank order.
    pub waiting: &'a [Waiting],
    /// What earlier changes left free.
    pub room: Room,
    /// The law.
    pub rulebook: &'a Rulebook,
}

/// Somebody who leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Who.
    pub member: Member,
    /// What the months from then on would have cost.
    pub freed: Rupiah,
}

/// Somebody who takes a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Who waited.
    pub waiting: Waiting,
    /// The membership that comes to be.
    pub membership: Membership,
    /// What its months cost.
    pub rupiah: Rupiah,
}

/// A change computed: who leaves, who comes, who was passed over, and what it moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The first month of the change.
    pub from: Month,
    /// Why.
    pub reason: LeaveReason,
    /// The decree that says so, where there is one.
    pub basis: Option<Decree>,
    /// Who leaves, by village and name.
    pub left: Vec<Left>,
    /// Who comes, in rank order.
    pub joined: Vec<Joined>,
    /// Who was passed over, in rank order.
    pub skipped: Vec<(Waiting, SkipReason)>,
    /// What those who leave free.
    pub freed: Rupiah,
    /// What those who come need.
    pub used: Rupiah,
    /// What stays free for a later change.
    pub room: Room,
    /// The change, frozen.
    pub hash: [u8; 32],
}

/// Why there is no change; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovementRefusal {
    /// Nobody leaves, and no place is free or nobody who waits can take one; the latter is seen
    /// last of all.
    NothingToMove,
    /// The month is none of the programme's.
    MonthOutside,
    /// A bill for the month, or a later one, is final or paid.
    MonthBilled(Month),
    /// A member is another programme's.
    NotOfProgramme,
    /// Somebody is named twice.
    MemberTwice,
    /// Somebody has left already.
    AlreadyLeft,
    /// Somebody would leave before their first month.
    NeverBegan,
    /// Somebody is not past the age limit on the first day of the month.
    NotPastLimit,
    /// The rulebook has no answer for a month.
    RuleMissing(RuleGap),
    /// The amounts do not fit.
    TooMuchMoney,
}

impl MovementRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            MovementRefusal::NothingToMove => "NOTHING_TO_MOVE",
            MovementRefusal::MonthOutside => "MONTH_OUTSIDE",
            MovementRefusal::MonthBilled(_) => "MONTH_BILLED",
            MovementRefusal::NotOfProgramme => "NOT_OF_PROGRAMME",
            MovementRefusal::MemberTwice => "MEMBER_TWICE",
            MovementRefusal::AlreadyLeft => "ALREADY_LEFT",
            MovementRefusal::NeverBegan => "NEVER_BEGAN",
            MovementRefusal::NotPastLimit => "NOT_PAST_LIMIT",
            MovementRefusal::RuleMissing(_) => "RULE_MISSING",
            MovementRefusal::TooMuchMoney => "TOO_MUCH_MONEY",
        }
    }
}

/// Computes a change: what leaving frees, and who takes the places.
///
/// # Errors
/// The first [`MovementRefusal`] in their order.
pub fn movement(input: &MovementInput<'_>) -> Result<Movement, MovementRefusal> {
    check_input(input)?;
    let mut tariff = Tariff::new(input.rulebook, input.programme, input.fund);
    let mut left = Vec::with_capacity(input.leaving.len());
    for member in input.leaving {
        let last = member.membership.last;
        let work = work_of(input.programme, member.occupation.as_ref(), member.sector);
        let freed = cost(&mut tariff, work, input.from, last)?;
        left.push(Left { member: member.clone(), freed });
    }
    left.sort_by_cached_key(|one| {
        let member = &one.member;
        (member.place, member.name.as_str().to_lowercase(), member.membership.person)
    });
    let freed = Rupiah::sum(left.iter().map(|one| one.freed));
    let freed = freed.map_err(|_| MovementRefusal::TooMuchMoney)?;
    let mut found = Movement {
        from: input.from,
        reason: input.reason,
        basis: input.basis.cloned(),
        room: Room {
            places: input.room.places.saturating_add(left.len() as u32),
            rupiah: plus(input.room.rupiah, freed)?,
        },
        left,
        joined: Vec::new(),
        skipped: Vec::new(),
        freed,
        used: Rupiah::ZERO,
        hash: [0; 32],
    };
    fill(&mut found, input, &mut tariff)?;
    // Approving it would move nobody and leave an empty annex behind.
    if found.left.is_empty() && found.joined.is_empty() {
        return Err(MovementRefusal::NothingToMove);
    }
    found.hash = movement_hash(input.programme, &found);
    Ok(found)
}

/// Gives free places to those who wait.
fn fill(
    found: &mut Movement,
    input: &MovementInput<'_>,
    tariff: &mut Tariff<'_>,
) -> Result<(), MovementRefusal> {
    for waiting in input.waiting {
        if found.room.places == 0 {
            break;
        }
        if let Some(reason) = skip_reason(waiting, input) {
            found.skipped.push((waiting.clone(), reason));
            continue;
        }
        let last = input.programme.last;
        let ListLine { occupation, sector, .. } = &waiting.line;
        let work = work_of(input.programme, occupation.as_ref(), *sector);
        let rupiah = cost(tariff, work, input.from, last)?;
        // The first who does not fit closes the list: no cheaper one behind overtakes.
        if rupiah > found.room.rupiah {
            break;
        }
        let whole = Membership::of(input.programme, waiting.line.person);
        let membership = Membership { first: input.from, ..whole };
        found.used = plus(found.used, rupiah)?;
        found.room.places -= 1;
        found.room.rupiah = Rupiah(found.room.rupiah.0 - rupiah.0);
        found.joined.push(Joined { waiting: waiting.clone(), membership, rupiah });
    }
    Ok(())
}

fn skip_reason(waiting: &Waiting, input: &MovementInput<'_>) -> Option<SkipReason> {
    waiting.hindrance.or_else(|| {
        let verdict = input.rulebook.age_verdict(waiting.birth, input.from.first_day());
        (!verdict.may_register()).then_some(SkipReason::Age)
    })
}

fn check_input(input: &MovementInput<'_>) -> Result<(), MovementRefusal> {
    if input.leaving.is_empty() && input.room.places == 0 {
        return Err(MovementRefusal::NothingToMove);
    }
    if !input.programme.holds(input.from) {
        return Err(MovementRefusal::MonthOutside);
    }
    if let Some(billed) = input.billed_until.filter(|billed| *billed >= input.from) {
        return Err(MovementRefusal::MonthBilled(billed));
    }
    let mut seen = HashSet::with_capacity(input.leaving.len());
    input.leaving.iter().try_for_each(|member| {
        let membership = &member.membership;
        let verdict = input.rulebook.age_verdict(member.birth, input.from.first_day());
        let is_past = matches!(verdict, AgeVerdict::OverLimit { .. });
        if membership.programme != input.programme.id {
            Err(MovementRefusal::NotOfProgramme)
        } else if !seen.insert(membership.person) {
            Err(MovementRefusal::MemberTwice)
        } else if membership.last < input.from {
            Err(MovementRefusal::AlreadyLeft)
        } else if input.from <= membership.first {
            Err(MovementRefusal::NeverBegan)
        } else if input.reason == LeaveReason::AgeLimit && !is_past {
            Err(MovementRefusal::NotPastLimit)
        } else {
            Ok(())
        }
    })
}

/// What one person of a kind of work costs from a month to a month.
fn cost(
    tariff: &mut Tariff<'_>,
    work: Work,
    first: Month,
    last: Month,
) -> Result<Rupiah, MovementRefusal> {
    let mut sum = Rupiah::ZERO;
    for month in first.through(last) {
        let lines = tariff.lines(month, work).map_err(MovementRefusal::RuleMissing)?;
        for line in lines.iter() {
            sum = plus(sum, line.rupiah)?;
        }
    }
    Ok(sum)
}

fn plus(a: Rupiah, b: Rupiah) -> Result<Rupiah, MovementRefusal> {
    a.plus(b).map_err(|_| MovementRefusal::TooMuchMoney)
}

/// The digest that freezes a change.
///
/// # Shape
/// SHA-256 over length-prefixed parts: `"movement"`, programme, month, reason; per leaver
/// `"left"`, person, NIK, name, amount; per newcomer `"joined"`, person, NIK, name, rank, amount;
/// per person passed over `"skipped"`, person, reason; with a decree `"basis"`, number, day.
fn movement_hash(programme: &Programme, found: &Movement) -> [u8; 32] {
    let mut feed = Feed::new("movement")
        .part(programme.id.as_bytes())
        .number(found.from.as_number())
        .part(found.reason.name().as_bytes());
    for Left { member, freed } in &found.left {
        feed = feed
            .part(b"left")
            .part(member.membership.person.as_bytes())
            .part(member.nik.reveal().as_bytes())
            .part(member.name.as_str().as_bytes())
            .number(freed.0);
    }
    for Joined { waiting, rupiah, .. } in &found.joined {
        feed = feed
            .part(b"joined")
            .part(waiting.line.person.as_bytes())
            .part(waiting.line.nik.reveal().as_bytes())
            .part(waiting.line.name.as_str().as_bytes())
            .number(i64::from(waiting.line.rank))
            .number(rupiah.0);
    }
    for (waiting, reason) in &found.skipped {
        let person = waiting.line.person;
        feed = feed.part(b"skipped").part(person.as_bytes()).part(reason.name().as_bytes());
    }
    if let Some(Decree { number, day }) = &found.basis {
        feed = feed.part(b"basis").part(number.as_bytes()).number(day.as_number());
    }
    feed.finish()
}

#[cfg(test)]
mod tests;
