//! The follow-up board: of each duty how much is done, and whether it is late.

use std::collections::HashSet;

use base::id::kind;
use base::{Day, Id};

use super::{Duty, Terms};

/// That a duty was done, once or for one facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfilment {
    /// The duty's code.
    pub duty: Box<str>,
    /// The facility; none for a duty that is done once.
    pub org: Option<Id<kind::Org>>,
    /// When.
    pub on: Day,
}

/// Where a duty stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DutyState {
    /// Its day is over and it is not done.
    Late,
    /// Its day is near.
    Soon,
    /// Its day is far.
    Open,
    /// It has no day: it holds all along.
    Standing,
    /// It is done.
    Done,
}

impl DutyState {
    /// Every state, the most urgent first.
    pub const ALL: [DutyState; 5] =
        [DutyState::Late, DutyState::Soon, DutyState::Open, DutyState::Standing, DutyState::Done];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            DutyState::Late => "late",
            DutyState::Soon => "soon",
            DutyState::Open => "open",
            DutyState::Standing => "standing",
            DutyState::Done => "done",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<DutyState> {
        DutyState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// How much of a duty is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DutyStanding {
    /// Where it stands.
    pub state: DutyState,
    /// How many of `of` are done.
    pub done: u32,
    /// The facilities it is owed to, or 1.
    pub of: u32,
    /// Of those done, how many after the due day.
    pub after_due: u32,
    /// The day of the last that was done.
    pub last: Option<Day>,
    /// Days until it is due, negative when its day is over.
    pub days_left: Option<i32>,
}

/// A duty and where it stands.
#[derive(Debug, Clone)]
pub struct Standing<'a> {
    /// The duty.
    pub duty: &'a Duty,
    /// Where it stands.
    pub standing: DutyStanding,
}

/// A duty's day is near when it is at most so many days away.
pub const SOON_DAYS: i32 = 30; // not law: a month's warning

/// Where every duty stands on a day, in the order of the agreement.
///
/// `facilities` answers those that are open under an organisation on that day.
pub fn board<'a>(
    terms: &'a Terms,
    fulfilments: &[Fulfilment],
    facilities: impl Fn(Id<kind::Org>) -> Vec<Id<kind::Org>>,
    today: Day,
) -> Vec<Standing<'a>> {
    let one = |duty: &'a Duty| {
        let own: Vec<&Fulfilment> =
            fulfilments.iter().filter(|done| done.duty == duty.code && done.on <= today).collect();
        let (of, counted): (u32, Vec<&Fulfilment>) = match duty.each_under {
            None => (1, own.into_iter().filter(|done| done.org.is_none()).take(1).collect()),
            Some(org) => {
                let wanted: HashSet<_> = facilities(org).into_iter().collect();
                let ticked = own
                    .into_iter()
                    .filter(|done| done.org.is_some_and(|org| wanted.contains(&org)));
                (wanted.len() as u32, ticked.collect())
            }
        };
        let late = |done: &&&Fulfilment| duty.due.is_some_and(|due| done.on > due);
        let done = counted.len() as u32;
        let days_left = duty.due.map(|due| today.days_until(due));
        let state = match days_left {
            _ if of > 0 && done == of => DutyState::Done,
            None => DutyState::Standing,
            Some(days) if days < 0 => DutyState::Late,
            Some(days) if days <= SOON_DAYS => DutyState::Soon,
            Some(_) => DutyState::Open,
        };
        let standing = DutyStanding {
            state,
            done,
            of,
            after_due: counted.iter().filter(late).count() as u32,
            last: counted.iter().map(|done| done.on).max(),
            days_left,
        };
        Standing { duty, standing }
    };
    terms.duties.iter().map(one).collect()
}

/// Whether an agreement's end asks for a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// Its end is far.
    Far,
    /// It is time to renew it or let it go; so many days are left.
    Due {
        /// Days until its last day.
        days_left: i32,
    },
    /// Its last day is over.
    Over,
}

/// Whether the end of these terms asks for a word on a day.
pub fn renewal(terms: &Terms, today: Day) -> Renewal {
    let days_left = today.days_until(terms.to);
    match days_left {
        days if days < 0 => Renewal::Over,
        days if days <= i32::from(terms.notice_days) => Renewal::Due { days_left },
        _ => Renewal::Far,
    }
}
