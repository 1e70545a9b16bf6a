//! What is decided for each row of a list: exactly one outcome, the first condition that holds.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Nik, Problem, ProblemCode};
use rules::Rulebook;

use crate::duplicates::ordered;
use crate::facility::FacilityBook;
use crate::intake::Draft;
use crate::intake::row_key::RowKey;
use crate::occupation::OccupationKey;
use crate::programme::Programme;
use crate::reference::ReferenceHit;
use crate::registry::{KnownPerson, Person};

mod decide;
mod findings;
mod lists;
#[cfg(test)]
mod tests;
mod told;

macro_rules! outcomes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// Every outcome of a row, in the order in which conditions are tried: first one wins.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Outcome { $($(#[$doc])* $variant),* }

        impl Outcome {
            /// Every outcome, in order.
            pub const ALL: &'static [Outcome] = &[$(Outcome::$variant),*];

            /// The stable code.
            pub fn name(self) -> &'static str {
                match self { $(Outcome::$variant => $name),* }
            }

            /// The outcome with this stable code.
            pub fn from_name(name: &str) -> Option<Outcome> {
                match name { $($name => Some(Outcome::$variant),)* _ => None }
            }
        }
    };
}

outcomes! {
    /// A title, a head, a total, a signature: no person is claimed.
    NotAPerson = "NOT_A_PERSON",
    /// A row that came back in a return workbook just as it was.
    Unchanged = "UNCHANGED",
    /// A problem of severity error: back to the sender.
    NeedsFix = "NEEDS_FIX",
    /// The same person stands earlier in the same file.
    DuplicateInFile = "DUPLICATE_IN_FILE",
    /// A human must say whether two records are one person, or what a word means.
    NeedsDecision = "NEEDS_DECISION",
    /// On a dated list of the dead.
    RefusedDead = "REFUSED_DEAD",
    /// A civil servant, insured elsewhere.
    RefusedAsn = "REFUSED_ASN",
    /// At the age limit or past it on the day of registration.
    RefusedAgeOver = "REFUSED_AGE_OVER",
    /// Too young to work.
    RefusedAgeUnder = "REFUSED_AGE_UNDER",
    /// Lives outside the programme's territory.
    RefusedOutside = "REFUSED_OUTSIDE",
    /// An occupation the programme is not for.
    RefusedOccupation = "REFUSED_OCCUPATION",
    /// Already insured by somebody else, and the fund forbids a second payer.
    RefusedInsured = "REFUSED_INSURED",
    /// Already accepted from another list of this programme.
    AlreadyOnProgramme = "ALREADY_ON_PROGRAMME",
    /// Accepted, with something to confirm.
    AcceptedToConfirm = "ACCEPTED_TO_CONFIRM",
    /// Accepted.
    Accepted = "ACCEPTED",
}

impl Outcome {
    /// Whether the row puts a person on the programme's list.
    pub fn is_accepted(self) -> bool {
        matches!(self, Outcome::Accepted | Outcome::AcceptedToConfirm)
    }

    /// Whether a rule refused the row: nothing for the village to mend.
    pub fn is_refused(self) -> bool {
        self >= Outcome::RefusedDead && self <= Outcome::RefusedInsured
    }

    /// Whether the row goes back to its sender.
    pub fn goes_back(self) -> bool {
        matches!(self, Outcome::NeedsFix | Outcome::NeedsDecision)
    }
}

/// Everything the register knows that bears on the rows at hand.
///
/// # Shape
/// `known` holds every registered person whose NIK, or whose name and birth date, occur among the
/// drafts; `hits` every reference line of the latest lists whose NIK occurs among them; `elsewhere`
/// those of their NIKs that another region holds.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// People already registered.
    pub known: Vec<KnownPerson>,
    /// Lines of reference lists.
    pub hits: Vec<ReferenceHit>,
    /// Numbers that another region has registered, and nothing more than that.
    pub elsewhere: HashSet<Nik>,
}

/// What was decided for one row.
#[derive(Debug, Clone)]
pub struct RowDecision {
    /// The sheet's place in the file.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The decision.
    pub outcome: Outcome,
    /// The person accepted or recognised.
    pub person: Option<Id<kind::Person>>,
    /// Everything found, whatever the outcome.
    pub problems: Vec<Problem>,
    /// Digest of the row's cells, by which an untouched row is recognised when it comes back.
    pub content: u64,
    /// The row of an earlier sheet that this one replaces.
    pub corrects: Option<(Id<kind::Sheet>, u16, u32)>,
    /// The facility at which the row's person works, as far as the register knows it.
    pub facility: Option<Id<kind::Org>>,
    /// The work for which the programme takes the row's person, once accepted: what the row names,
    /// or else what the programme says of rows that name none.
    pub occupation: Option<OccupationKey>,
}

/// What a sheet changes.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// One per row, in the order of the file.
    pub decisions: Vec<RowDecision>,
    /// People new to the register.
    pub new_people: Vec<Person>,
    /// People whose record a correction changes.
    pub changed_people: Vec<Person>,
    /// Pairs of people of whom somebody said that they are two.
    pub apart: Vec<ToldApart>,
}

/// Two people told from each other, by the answer about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldApart {
    /// The row: the sheet's place in the file and the row.
    pub row: (u16, u32),
    /// The two, in the order in which their pair is kept.
    pub people: (Id<kind::Person>, Id<kind::Person>),
}

/// What people answered about the rows of a file while it was being checked.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Questions about a row that somebody settled, by the sheet's place in the file and the row.
    ///
    /// A warning that is settled leaves nothing to confirm; `SAME_PERSON_OTHER_NIK` settled says
    /// that there are two people; a list's hit under another name settled says that the list
    /// means somebody else.
    pub settled: HashMap<(u16, u32), HashSet<ProblemCode>>,
    /// Pairs of people of whom it was said before that they are two, each in the order in which it
    /// is kept. Who was merged is named by whoever stands for them.
    pub apart: HashSet<(Id<kind::Person>, Id<kind::Person>)>,
}

impl Answers {
    /// Whether somebody settled this question about this row.
    fn settles(&self, draft: &Draft, code: ProblemCode) -> bool {
        let row = self.settled.get(&(draft.sheet, draft.row));
        row.is_some_and(|codes| codes.contains(&code))
    }

    /// Whether it is known that these are two people.
    fn are_two(&self, one: Id<kind::Person>, other: Id<kind::Person>) -> bool {
        self.apart.contains(&ordered(one, other))
    }
}

/// One file to be decided, and everything that bears on it.
pub struct Enrolment<'a> {
    /// The rows read, with the problems found by reading each and by comparing them all
    /// ([`crate::intake::file_check::check_file`]).
    pub rows: Vec<(Draft, Vec<Problem>)>,
    /// Rows of the file that hold no person: sheet's place in the file and row.
    pub skipped: &'a [(u16, u32)],
    /// What the register and the reference lists know.
    pub snapshot: &'a Snapshot,
    /// Whether the latest reply of the civil registry answers for every NIK asked, so that a
    /// NIK missing from it is unknown there.
    pub dukcapil_complete: bool,
    /// What the people are to be enrolled on; its first day decides on age.
    pub programme: &'a Programme,
    /// Age limits.
    pub rulebook: &'a Rulebook,
    /// The rows that a return workbook answers, by the key beside them; empty for a new list.
    pub returned: &'a ReturnedRows,
    /// What people answered while the file was being checked.
    pub answers: &'a Answers,
    /// The facilities of the register, and the sender when it is one.
    pub facilities: &'a FacilityBook,
}

/// Rows sent back earlier, by their key.
pub type ReturnedRows = HashMap<RowKey, ReturnedRow>;

/// What was decided for a row before it was sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnedRow {
    /// The sheet it stands on.
    pub sheet: Id<kind::Sheet>,
    /// The sheet's place in the file.
    pub sheet_index: u16,
    /// The row.
    pub row: u32,
    /// Digest of its cells when it was decided.
    pub content: u64,
    /// The decision.
    pub outcome: Outcome,
    /// The person it was accepted for or recognised as.
    pub person: Option<Id<kind::Person>>,
}

/// Decides every row of a file, each exactly once; the first condition of [`Outcome`] wins.
///
/// `new_person` makes the identifier of somebody new to the register.
pub fn decide(
    enrolment: Enrolment<'_>,
    new_person: &mut dyn FnMut() -> Id<kind::Person>,
) -> Changes {
    decide::decide(enrolment, new_person)
}
