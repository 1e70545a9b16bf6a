//! Who was covered on a day, by what was known at a moment: a posted month first, then what the law
//! bears without one.
//!
//! A payment that became known later does not change what was known before; that is why the moment
//! is part of the question.

use base::id::kind;
use base::{Day, Id, Month};
use rules::rule::Entry;
use rules::{Cover, CoverQuery, RuleGap, RuleStatus, Rulebook, Scheme, Segment};

use super::CoveredMonth;
use crate::digest::Feed;

/// A covered month as it was known: from when, and until when it was believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownMonth {
    /// The month, for whom and by which transfer.
    pub cover: CoveredMonth,
    /// When its payment became known here, in milliseconds since 1970-01-01 UTC.
    pub from_ms: i64,
    /// Since when it is believed no more, and why; none while it stands.
    pub ended: Option<(i64, EndedWhy)>,
}

/// Why a covered month is believed no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndedWhy {
    /// The person had died in an earlier month: BPJS owes the contribution back.
    Died,
    /// The payment of its bill was undone.
    PaymentUndone,
}

impl EndedWhy {
    /// Every reason.
    pub const ALL: [EndedWhy; 2] = [EndedWhy::Died, EndedWhy::PaymentUndone];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            EndedWhy::Died => "died",
            EndedWhy::PaymentUndone => "payment-undone",
        }
    }

    /// The reason with this stable name.
    pub fn from_name(name: &str) -> Option<EndedWhy> {
        EndedWhy::ALL.into_iter().find(|why| why.name() == name)
    }
}

impl KnownMonth {
    /// Whether it was believed at a moment.
    pub fn is_known_at(&self, at_ms: i64) -> bool {
        self.from_ms <= at_ms && self.ended.is_none_or(|(ended_ms, _)| at_ms < ended_ms)
    }
}

/// What was known of somebody and a scheme at a moment, and the day asked about.
#[derive(Debug, Clone, Copy)]
pub struct KnownCover<'a> {
    /// The day.
    pub on: Day,
    /// The segment of their work.
    pub segment: Segment,
    /// First and last month of the membership that holds the day's month, or else of the nearest
    /// one; none when no membership was known.
    pub membership: Option<(Month, Month)>,
    /// The months that were known to be paid for, in any order.
    pub paid: &'a [Month],
    /// The day of death that was known.
    pub died: Option<Day>,
}

/// Whether somebody was covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverState {
    /// The month is paid for.
    Active,
    /// The month is not paid for, and the law bears that.
    Grace,
    /// More months are unpaid than the law bears.
    Lapsed,
    /// Not covered.
    NotCovered,
}

impl CoverState {
    /// Every state, the best first.
    pub const ALL: [CoverState; 4] =
        [CoverState::Active, CoverState::Grace, CoverState::Lapsed, CoverState::NotCovered];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CoverState::Active => "active",
            CoverState::Grace => "grace",
            CoverState::Lapsed => "lapsed",
            CoverState::NotCovered => "not-covered",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<CoverState> {
        CoverState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Why somebody was covered or not; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverWhy {
    /// Died before the day.
    Died {
        /// The day of death.
        on: Day,
    },
    /// A contribution for the month is posted.
    Paid,
    /// On no programme.
    NoMembership,
    /// The membership begins later.
    NotBegun {
        /// Its first month.
        first: Month,
    },
    /// The membership ended before.
    Ended {
        /// Its last month.
        last: Month,
    },
    /// On a programme, and no month up to the day is paid for.
    Unpaid,
    /// The month need not be paid yet.
    NotDue,
    /// Months are due and unpaid, no more than the law bears.
    Arrears {
        /// How many.
        months: u32,
    },
    /// Who earns a wage is covered while the employer owes.
    EmployerOwes,
    /// More months are unpaid than the law bears.
    Lapsed {
        /// The last month that is paid for.
        paid_until: Month,
    },
}

impl CoverWhy {
    /// Every code, in the order of trying.
    pub const NAMES: [&'static str; 10] = [
        "DIED",
        "PAID",
        "NO_MEMBERSHIP",
        "NOT_BEGUN",
        "ENDED",
        "UNPAID",
        "NOT_DUE",
        "ARREARS",
        "EMPLOYER_OWES",
        "LAPSED",
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        let at = match self {
            CoverWhy::Died { .. } => 0,
            CoverWhy::Paid => 1,
            CoverWhy::NoMembership => 2,
            CoverWhy::NotBegun { .. } => 3,
            CoverWhy::Ended { .. } => 4,
            CoverWhy::Unpaid => 5,
            CoverWhy::NotDue => 6,
            CoverWhy::Arrears { .. } => 7,
            CoverWhy::EmployerOwes => 8,
            CoverWhy::Lapsed { .. } => 9,
        };
        CoverWhy::NAMES[at]
    }

    /// The state that follows from it.
    pub fn state(self) -> CoverState {
        match self {
            CoverWhy::Paid => CoverState::Active,
            CoverWhy::NotDue | CoverWhy::Arrears { .. } | CoverWhy::EmployerOwes => {
                CoverState::Grace
            }
            CoverWhy::Lapsed { .. } => CoverState::Lapsed,
            CoverWhy::Died { .. }
            | CoverWhy::NoMembership
            | CoverWhy::NotBegun { .. }
            | CoverWhy::Ended { .. }
            | CoverWhy::Unpaid => CoverState::NotCovered,
        }
    }
}

/// Whether somebody was covered for a scheme, and why.
#[derive(Debug, Clone, Copy)]
pub struct CoverFound<'a> {
    /// Why.
    pub why: CoverWhy,
    /// The rule by which the law bears it or not; none where no rule was asked.
    pub rule: Option<&'a Entry>,
    /// How well the rules are known that decided.
    pub status: Option<RuleStatus>,
    /// The open rule whose other reading gives another state, if there is one.
    pub doubted_by: Option<&'a Entry>,
}

impl CoverFound<'_> {
    fn by(why: CoverWhy) -> CoverFound<'static> {
        CoverFound { why, rule: None, status: None, doubted_by: None }
    }

    /// The state.
    pub fn state(&self) -> CoverState {
        self.why.state()
    }
}

/// Whether somebody was covered on a day, by what was known: the first reason that holds.
///
/// # Errors
/// [`RuleGap`] when no rule applies on the day.
///
/// # Source
/// [`Rulebook::cover`].
pub fn cover_on<'a>(
    rulebook: &'a Rulebook,
    known: &KnownCover<'_>,
) -> Result<CoverFound<'a>, RuleGap> {
    let month = known.on.month_of();
    if let Some(on) = known.died.filter(|died| *died < known.on) {
        return Ok(CoverFound::by(CoverWhy::Died { on }));
    }
    if known.paid.contains(&month) {
        return Ok(CoverFound::by(CoverWhy::Paid));
    }
    let Some((first, last)) = known.membership else {
        return Ok(CoverFound::by(CoverWhy::NoMembership));
    };
    if month < first {
        return Ok(CoverFound::by(CoverWhy::NotBegun { first }));
    }
    if month > last {
        return Ok(CoverFound::by(CoverWhy::Ended { last }));
    }
    // Months that another programme paid before this one began are months of cover too.
    let earliest = known.paid.iter().copied().min().map_or(first, |paid| paid.min(first));
    let registered = earliest.first_day();
    let query = CoverQuery { segment: known.segment, registered, paid: known.paid, on: known.on };
    let answer = rulebook.cover(&query)?;
    let why = match answer.state {
        Cover::NotStarted => CoverWhy::NotBegun { first },
        Cover::Unpaid => CoverWhy::Unpaid,
        Cover::Active if known.segment == Segment::Bpu => CoverWhy::NotDue,
        Cover::Active => CoverWhy::EmployerOwes,
        Cover::Grace { months } => {
            CoverWhy::Arrears { months: u32::try_from(months).unwrap_or(u32::MAX) }
        }
        Cover::Inactive { paid_until } => CoverWhy::Lapsed { paid_until },
    };
    Ok(CoverFound {
        why,
        rule: Some(answer.rule),
        status: Some(answer.status),
        doubted_by: answer.doubted_by,
    })
}

/// A digest of an answer: what was asked, what was found of each scheme, and the audit log that it
/// was found under.
pub fn answer_hash(
    person: Id<kind::Person>,
    (on, known_at): (Day, Day),
    found: &[(Scheme, CoverWhy, Option<Id<kind::Transfer>>)],
    (log_size, log_root): (u64, &[u8; 32]),
) -> [u8; 32] {
    let mut feed = Feed::new("cover answer").part(person.as_bytes());
    feed = feed.number(on.as_number()).number(known_at.as_number());
    feed = feed.number(found.len() as i64);
    for (scheme, why, transfer) in found {
        feed = feed.part(scheme.name().as_bytes()).part(why.name().as_bytes());
        feed = feed.part(transfer.as_ref().map_or(&[][..], |id| id.as_bytes()));
    }
    feed.number(log_size.cast_signed()).part(log_root).finish()
}

/// A digest of a list of answers, in its order.
pub fn list_hash(
    (on, known_at): (Day, Day),
    found: &[(Id<kind::Person>, Scheme, CoverWhy)],
    (log_size, log_root): (u64, &[u8; 32]),
) -> [u8; 32] {
    let mut feed = Feed::new("cover list").number(on.as_number());
    feed = feed.number(known_at.as_number());
    for (person, scheme, why) in found {
        feed = feed.part(person.as_bytes()).part(scheme.name().as_bytes());
        feed = feed.part(why.name().as_bytes());
    }
    feed.number(log_size.cast_signed()).part(log_root).finish()
}

/// The membership that a day is asked of: the one that holds its month, else the last that began
/// before it, else the first to begin.
pub fn membership_on(memberships: &[(Month, Month)], month: Month) -> Option<(Month, Month)> {
    let holds = memberships.iter().filter(|(first, last)| *first <= month && month <= *last).max();
    let before = || memberships.iter().filter(|(first, _)| *first <= month).max_by_key(|m| m.1);
    holds.or_else(before).or_else(|| memberships.iter().min()).copied()
}

/// The scheme that a contribution was for, by the identifier that its transfer has; none for a
/// contribution of before, which was one for all schemes.
pub fn scheme_of_contribution(
    membership: Id<kind::Membership>,
    month: Month,
    revisions: u32,
    is: impl Fn(Id<kind::Transfer>) -> bool,
) -> Option<Scheme> {
    Scheme::ALL.into_iter().find(|scheme| {
        let promise =
            |revision| crate::billing::contribution_id(membership, *scheme, month, revision);
        (0..=revisions).any(|revision| is(promise(revision)))
    })
}

#[cfg(test)]
mod tests;
