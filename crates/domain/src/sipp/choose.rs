//! Who of a programme goes into a file to BPJS, and who is held back for which reason.
//!
//! Every member looked at is in exactly one of the two lists; the first reason that holds counts.

use base::id::kind;
use base::{Id, Month, RegionCode};

use super::{Employer, Npp, SippKind, StandingState, employer_of};

/// A member as far as the choice cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Id<kind::Person>,
    /// Where they live.
    pub place: RegionCode,
    /// First month of the membership.
    pub first: Month,
    /// Last month of the membership.
    pub last: Month,
    /// Whether a death list names them.
    pub is_dead: bool,
    /// Whether a reply gave a participant number.
    pub has_number: bool,
    /// Where they stand with BPJS, and the month of the file that they were sent in.
    pub standing: Option<(StandingState, Month)>,
    /// Whether their record was changed after the rejection.
    pub is_changed: bool,
    /// How often they were rejected so far.
    pub round: u32,
    /// Whether contributions are computed from another amount than in the month before.
    pub has_other_wage: bool,
    /// Whether another programme covers the month.
    pub is_elsewhere: bool,
}

/// Why somebody is not in the file; the order is the order of trying.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeldBack {
    /// Dead: heirs claim, nobody registers or deactivates.
    Dead,
    /// Has a participant number: goes into the other file.
    HasNumber,
    /// Has no participant number yet.
    NoNumber,
    /// BPJS has accepted them.
    Accepted,
    /// BPJS has rejected them; to be mended and sent again.
    Rejected,
    /// Sent in an earlier file and not answered.
    Waiting,
    /// Nothing that the file is for has changed.
    Unchanged,
    /// Another programme covers the month.
    Elsewhere,
    /// No employer's number is known for the place.
    NoEmployer,
    /// A column that the form needs is empty: its heading.
    Empty(Box<str>),
}

impl HeldBack {
    /// Every code, in order.
    pub const CODES: [&'static str; 10] = [
        "dead",
        "has-number",
        "no-number",
        "accepted",
        "rejected",
        "waiting",
        "unchanged",
        "elsewhere",
        "no-employer",
        "empty",
    ];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        let at = match self {
            HeldBack::Dead => 0,
            HeldBack::HasNumber => 1,
            HeldBack::NoNumber => 2,
            HeldBack::Accepted => 3,
            HeldBack::Rejected => 4,
            HeldBack::Waiting => 5,
            HeldBack::Unchanged => 6,
            HeldBack::Elsewhere => 7,
            HeldBack::NoEmployer => 8,
            HeldBack::Empty(_) => 9,
        };
        HeldBack::CODES[at]
    }
}

/// Somebody who goes into the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// Who.
    pub person: Id<kind::Person>,
    /// Under which employer's number; none on a roster.
    pub npp: Option<Npp>,
    /// How often they were rejected before.
    pub round: u32,
}

/// The choice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// In the file, in the order in which members were given.
    pub picked: Vec<Picked>,
    /// Held back, in that order.
    pub held: Vec<(Id<kind::Person>, HeldBack)>,
}

/// Chooses the people of a month's file; `all` sends unchanged members too.
pub fn choose(
    (kind, month): (SippKind, Month),
    all: bool,
    members: &[Member],
    employers: &[Employer],
) -> Chosen {
    let mut chosen = Chosen::default();
    for member in members.iter().filter(|member| concerns(kind, month, member)) {
        match pick(kind, month, all, member, employers) {
            Ok(picked) => chosen.picked.push(picked),
            Err(held) => chosen.held.push((member.person, held)),
        }
    }
    chosen
}

/// Whether the file is about the member at all.
fn concerns(kind: SippKind, month: Month, member: &Member) -> bool {
    let holds = member.first <= month && month <= member.last;
    let is_rejected = member.standing.is_some_and(|(state, _)| state.is_open_rejection());
    match kind {
        SippKind::Deactivation => member.last.plus(1) == month,
        SippKind::Resubmission => holds && is_rejected,
        SippKind::New | SippKind::Continuing | SippKind::Roster => holds,
    }
}

fn pick(
    kind: SippKind,
    month: Month,
    all: bool,
    member: &Member,
    employers: &[Employer],
) -> Result<Picked, HeldBack> {
    if member.is_dead {
        return Err(HeldBack::Dead);
    }
    match kind {
        SippKind::New => is_new(month, member)?,
        SippKind::Continuing => is_continuing(month, all, member)?,
        SippKind::Deactivation if !member.has_number => return Err(HeldBack::NoNumber),
        SippKind::Deactivation if member.is_elsewhere => return Err(HeldBack::Elsewhere),
        SippKind::Resubmission if member.has_number => return Err(HeldBack::HasNumber),
        SippKind::Resubmission => is_mended(member)?,
        SippKind::Deactivation | SippKind::Roster => {}
    }
    let npp = match kind.is_of_employer() {
        false => None,
        true => {
            let employer = employer_of(employers, member.place).ok_or(HeldBack::NoEmployer)?;
            Some(employer.npp.clone())
        }
    };
    Ok(Picked { person: member.person, npp, round: member.round })
}

fn is_new(month: Month, member: &Member) -> Result<(), HeldBack> {
    if member.has_number {
        return Err(HeldBack::HasNumber);
    }
    match member.standing {
        None => Ok(()),
        Some((StandingState::Sent, sent)) if sent == month => Ok(()),
        Some((StandingState::Sent, _)) => Err(HeldBack::Waiting),
        Some((StandingState::Accepted, _)) => Err(HeldBack::Accepted),
        Some(_) => Err(HeldBack::Rejected),
    }
}

fn is_continuing(month: Month, all: bool, member: &Member) -> Result<(), HeldBack> {
    if !member.has_number {
        return Err(HeldBack::NoNumber);
    }
    let joins = match member.standing {
        None => member.first == month,
        Some((StandingState::Sent, sent)) => sent == month,
        Some((StandingState::Accepted, _)) => false,
        // Whoever has a number is sent again in this file, which is the one with numbers.
        Some(_) => {
            is_mended(member)?;
            true
        }
    };
    match joins || member.has_other_wage || all {
        true => Ok(()),
        false => Err(HeldBack::Unchanged),
    }
}

fn is_mended(member: &Member) -> Result<(), HeldBack> {
    match member.standing {
        Some((StandingState::Mended | StandingState::Resent, _)) => Ok(()),
        Some(_) if member.is_changed => Ok(()),
        _ => Err(HeldBack::Rejected),
    }
}
