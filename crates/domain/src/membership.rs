//! Memberships: a person on a programme from month to month, and where two of them would pay twice.
//!
//! A membership says who is to be paid for; cover follows from posted payments only, see
//! [`crate::coverage::CoveredMonth`].

use std::collections::HashMap;

use base::id::kind;
use base::{Id, Month};
use rules::{Scheme, Schemes};

use crate::digest::Feed;
use crate::programme::Programme;

/// A person on a programme for some months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// Which; derived from programme and person, so that approving twice makes one.
    pub id: Id<kind::Membership>,
    /// Who.
    pub person: Id<kind::Person>,
    /// On what.
    pub programme: Id<kind::Programme>,
    /// First month.
    pub first: Month,
    /// Last month, included.
    pub last: Month,
}

/// The identifier of a person's membership of a programme: the same pair gives the same one.
pub fn membership_id(
    programme: Id<kind::Programme>,
    person: Id<kind::Person>,
) -> Id<kind::Membership> {
    Feed::new("membership").part(programme.as_bytes()).part(person.as_bytes()).id()
}

impl Membership {
    /// A person on a programme for all its months.
    pub fn of(programme: &Programme, person: Id<kind::Person>) -> Membership {
        Membership {
            id: membership_id(programme.id, person),
            person,
            programme: programme.id,
            first: programme.first,
            last: programme.last,
        }
    }

    /// Whether the month is one of its months.
    pub fn holds(&self, month: Month) -> bool {
        self.first <= month && month <= self.last
    }
}

/// A membership with the schemes its programme pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedCover {
    /// Who and when.
    pub membership: Membership,
    /// For what.
    pub schemes: Schemes,
}

/// Two memberships that would pay for the same person, scheme and month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overlap {
    /// Who would be paid for twice.
    pub person: Id<kind::Person>,
    /// For what.
    pub scheme: Scheme,
    /// The first month both hold.
    pub first: Month,
    /// The last month both hold.
    pub last: Month,
    /// The membership asked about.
    pub ours: Id<kind::Membership>,
    /// The other one.
    pub theirs: Id<kind::Membership>,
}

/// Where the asked memberships would make a second payer, in the order of `asked`.
///
/// # Shape
/// One row per pair of memberships and scheme. A membership never overlaps itself, so that
/// asking again about what already stands is answered with nothing.
pub fn overlaps(asked: &[PlannedCover], standing: &[PlannedCover]) -> Vec<Overlap> {
    let mut by_person: HashMap<Id<kind::Person>, Vec<&PlannedCover>> = HashMap::new();
    for cover in standing {
        by_person.entry(cover.membership.person).or_default().push(cover);
    }
    let mut found = Vec::new();
    for ours in asked {
        for theirs in by_person.get(&ours.membership.person).into_iter().flatten() {
            found.extend(overlaps_of_two(ours, theirs));
        }
    }
    found
}

fn overlaps_of_two(ours: &PlannedCover, theirs: &PlannedCover) -> Vec<Overlap> {
    let (a, b) = (&ours.membership, &theirs.membership);
    let (first, last) = (a.first.max(b.first), a.last.min(b.last));
    if a.id == b.id || first > last {
        return Vec::new();
    }
    let shared = ours.schemes.iter().filter(|scheme| theirs.schemes.contains(*scheme));
    shared
        .map(|scheme| Overlap { person: a.person, scheme, first, last, ours: a.id, theirs: b.id })
        .collect()
}

#[cfg(test)]
mod tests;
