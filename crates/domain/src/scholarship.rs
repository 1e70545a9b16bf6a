//! Scholarships year by year, after a claim was granted: what each child may ask for in which
//! school year, by which letter, until when, and how far it has come.
//!
//! The plan is derived from the claim, the rules of its day and what people said; kept are only the
//! steps that somebody made of a child's school year.

mod plan;
mod table;
#[cfg(test)]
mod tests;

use base::id::kind;
use base::{Day, Id, Rupiah};
use rules::{RuleId, SchoolStart};

use crate::claim::{Claim, ClaimState};
use crate::digest::Feed;

pub use plan::{ChildOfClaim, PlanInput, next_class, plan, row_for};
pub use table::{EndCause, YEAR_TABLE, YearState, YearStep, year_after};

/// A child's school year of which somebody has made a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearKept {
    /// Which.
    pub id: Id<kind::SchoolYear>,
    /// Of which claim.
    pub claim: Id<kind::Claim>,
    /// The child, by their place among the claim's people.
    pub person_no: u16,
    /// The year in which the school year begins.
    pub year: i32,
    /// The class of that year, where somebody has said it.
    pub class: Option<SchoolStart>,
    /// Where it stands.
    pub state: YearState,
    /// How many steps were made.
    pub steps: u32,
    /// What it came to by the rules when it was asked for.
    pub computed: Option<Rupiah>,
    /// What was paid so far.
    pub paid: Rupiah,
    /// Why nothing follows, where that was said.
    pub cause: Option<EndCause>,
}

/// Where a child's school year stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The school year has not begun.
    Waiting,
    /// Nobody asked for it in time.
    Lapsed,
    /// The child is too old when it begins.
    TooOld,
    /// The years that the level pays are used up.
    LevelUsed,
    /// As its steps say.
    Kept(YearState),
}

impl Standing {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Standing::Waiting => "waiting",
            Standing::Lapsed => "lapsed",
            Standing::TooOld => "too-old",
            Standing::LevelUsed => "level-used",
            Standing::Kept(state) => state.name(),
        }
    }

    /// Whether the family or the office has to do something for it now.
    pub fn calls(self) -> bool {
        matches!(self, Standing::Kept(YearState::Due | YearState::Returned))
    }
}

/// One child's school year as the plan has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearRow {
    /// The child, by their place among the claim's people.
    pub person_no: u16,
    /// The year in which the school year begins.
    pub year: i32,
    /// Its first day.
    pub begins: Day,
    /// The last day to ask for it.
    pub until: Day,
    /// The class, as said or as it follows from the year before.
    pub class: SchoolStart,
    /// What it pays by the rules; nothing where it pays nothing.
    pub rupiah: Rupiah,
    /// The rule that says how much, and its instrument and article.
    pub rule: (RuleId, Box<str>),
    /// Where it stands.
    pub standing: Standing,
    /// What is kept of it.
    pub kept: Option<YearKept>,
}

impl YearRow {
    /// What was paid less what it came to; none while nothing was paid or when they are the same.
    pub fn difference(&self) -> Option<Rupiah> {
        let kept = self.kept.as_ref().filter(|kept| kept.paid > Rupiah::ZERO)?;
        let computed = kept.computed.unwrap_or(self.rupiah);
        let difference = kept.paid.minus(computed).ok()?;
        (difference != Rupiah::ZERO).then_some(difference)
    }
}

/// The identifier of a child's school year.
pub fn school_year_id(claim: Id<kind::Claim>, person_no: u16, year: i32) -> Id<kind::SchoolYear> {
    let feed = Feed::new("school year of a claim").part(claim.as_bytes());
    feed.number(person_no.into()).number(year.into()).id()
}

/// A digest of what an approver of a school year is shown.
pub fn year_hash(year: &YearKept) -> [u8; 32] {
    let class = year.class.map_or(String::new(), class_name);
    Feed::new("school year put forward")
        .part(year.id.as_bytes())
        .part(class.as_bytes())
        .number(year.computed.map_or(0, |rupiah| rupiah.0))
        .number(year.steps.into())
        .finish()
}

/// A class in one word, such as `sd1`.
pub fn class_name(class: SchoolStart) -> String {
    match class.level {
        // The level ends in a digit, so a mark keeps the year apart.
        rules::SchoolLevel::S1 => format!("s1-{}", class.year),
        level => format!("{}{}", level.name(), class.year),
    }
}

/// Whether a claim has come so far that scholarships are asked for.
pub fn is_open(claim: &Claim) -> bool {
    use ClaimState::{Appealed, Closed, Granted, Paid};
    let far = matches!(claim.state, Granted | Paid | Appealed | Closed);
    far && claim.granted.is_some() && claim.kind.has_scholarship()
}

/// Whether the plan is shown: the office itself has approved the claim.
pub fn is_planned(claim: &Claim) -> bool {
    use ClaimState::{Approved, Sent};
    let on_its_way = matches!(claim.state, Approved | Sent) && claim.kind.has_scholarship();
    on_its_way || is_open(claim)
}

/// Why a step of a school year is not made; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YearRefusal {
    /// BPJS has not granted the claim.
    ClaimNotReady,
    /// The table has no such step from where it stands.
    NotNow,
    /// A day to come, or before the event.
    DayUnfit,
    /// The step needs a reason.
    ReasonMissing,
    /// The step needs a class that there is.
    ClassMissing,
    /// The step needs an amount above nothing.
    AmountMissing,
    /// The step needs a word for why it ends.
    CauseMissing,
    /// The school year has not begun.
    NotYet,
    /// The last day to ask has passed.
    TooLate,
    /// The child is too old when it begins.
    TooOld,
    /// The years that the level pays are used up.
    LevelUsed,
    /// As many other children have asked as are paid for.
    ChildrenFull,
    /// All of it together has come to the limit.
    LimitReached,
}

impl YearRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            YearRefusal::ClaimNotReady => "SCHOLARSHIP_CLAIM_NOT_READY",
            YearRefusal::NotNow => "SCHOLARSHIP_NOT_NOW",
            YearRefusal::DayUnfit => "SCHOLARSHIP_DAY_UNFIT",
            YearRefusal::ReasonMissing => "SCHOLARSHIP_REASON_MISSING",
            YearRefusal::ClassMissing => "SCHOLARSHIP_CLASS_MISSING",
            YearRefusal::AmountMissing => "SCHOLARSHIP_AMOUNT_MISSING",
            YearRefusal::CauseMissing => "SCHOLARSHIP_CAUSE_MISSING",
            YearRefusal::NotYet => "SCHOLARSHIP_NOT_YET",
            YearRefusal::TooLate => "SCHOLARSHIP_TOO_LATE",
            YearRefusal::TooOld => "SCHOLARSHIP_TOO_OLD",
            YearRefusal::LevelUsed => "SCHOLARSHIP_LEVEL_USED",
            YearRefusal::ChildrenFull => "SCHOLARSHIP_CHILDREN_FULL",
            YearRefusal::LimitReached => "SCHOLARSHIP_LIMIT_REACHED",
        }
    }
}

/// A step of a school year that somebody wants to make, with what decides about it.
#[derive(Debug, Clone, Copy)]
pub struct YearAsked<'a> {
    /// Which.
    pub step: YearStep,
    /// The day of it; of the school's letter for what is asked.
    pub day: Day,
    /// Today.
    pub today: Day,
    /// The class that the letter says.
    pub class: Option<SchoolStart>,
    /// The amount, where it has one.
    pub rupiah: Option<Rupiah>,
    /// Why it ends.
    pub cause: Option<EndCause>,
    /// Why, in words.
    pub reason: &'a str,
}

/// What limits all children of a claim together, and what others have asked for already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shared {
    /// How many other children have asked or were paid.
    pub other_children: i64,
    /// For how many children it is paid.
    pub children_most: i64,
    /// What was asked for or paid in other years, of all children.
    pub taken: Rupiah,
    /// What it comes to at most.
    pub most: Rupiah,
}

/// The school year after a step.
///
/// # Errors
/// The first [`YearRefusal`] in their order.
pub fn year_step(
    claim: &Claim,
    row: &YearRow,
    shared: Shared,
    asked: &YearAsked<'_>,
) -> Result<YearKept, YearRefusal> {
    if !is_open(claim) {
        return Err(YearRefusal::ClaimNotReady);
    }
    let before = row.kept.clone().unwrap_or_else(|| fresh(claim, row));
    let state = year_after(before.state, asked.step).ok_or(YearRefusal::NotNow)?;
    if asked.day > asked.today || asked.day < claim.event {
        return Err(YearRefusal::DayUnfit);
    }
    if asked.step.needs_reason() && asked.reason.trim().chars().count() < 3 {
        return Err(YearRefusal::ReasonMissing);
    }
    let class = asked.class.map(|class| SchoolStart { birth: None, ..class });
    if asked.step.needs_class() && class.is_none() {
        return Err(YearRefusal::ClassMissing);
    }
    let rupiah = asked.rupiah.filter(|rupiah| *rupiah > Rupiah::ZERO);
    if asked.step.needs_amount() && rupiah.is_none() {
        return Err(YearRefusal::AmountMissing);
    }
    if asked.step == YearStep::End && asked.cause.is_none() {
        return Err(YearRefusal::CauseMissing);
    }
    let mut next = YearKept { state, steps: before.steps + 1, ..before };
    match asked.step {
        YearStep::Place => next.class = class,
        YearStep::Ask => {
            next.computed = Some(askable(row, shared, asked.today)?);
            next.class = class;
        }
        YearStep::Pay => {
            let sum = next.paid.plus(rupiah.unwrap_or(Rupiah::ZERO));
            next.paid = sum.map_err(|_| YearRefusal::AmountMissing)?;
        }
        YearStep::End => next.cause = asked.cause,
        YearStep::Reopen => next.cause = None,
        _ => {}
    }
    Ok(next)
}

/// A school year of which nothing is kept yet.
fn fresh(claim: &Claim, row: &YearRow) -> YearKept {
    YearKept {
        id: school_year_id(claim.id, row.person_no, row.year),
        claim: claim.id,
        person_no: row.person_no,
        year: row.year,
        class: None,
        state: YearState::Due,
        steps: 0,
        computed: None,
        paid: Rupiah::ZERO,
        cause: None,
    }
}

/// What may be asked for a year now: the year's amount, cut at what is left of all.
fn askable(row: &YearRow, shared: Shared, today: Day) -> Result<Rupiah, YearRefusal> {
    match row.standing {
        Standing::TooOld => return Err(YearRefusal::TooOld),
        Standing::LevelUsed => return Err(YearRefusal::LevelUsed),
        _ if today < row.begins => return Err(YearRefusal::NotYet),
        _ if today > row.until => return Err(YearRefusal::TooLate),
        _ => {}
    }
    if shared.other_children >= shared.children_most {
        return Err(YearRefusal::ChildrenFull);
    }
    let left = shared.most.minus(shared.taken).unwrap_or(Rupiah::ZERO);
    match left.min(row.rupiah) {
        left if left > Rupiah::ZERO => Ok(left),
        _ => Err(YearRefusal::LimitReached),
    }
}
