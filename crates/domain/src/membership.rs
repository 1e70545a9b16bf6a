//! Memberships: a person on a programme from month to month.

use base::id::kind;
use base::{Id, Month};

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
