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

pub use plan::{ChildOfClaim, PlanInput, next_class, plan, row_for, shared_of};
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
    /// It began before the event.
    BeforeEvent,
    /// An earlier year of the child ended the scholarship.
    AfterEnd,
    /// As many other children have asked as are paid for.
    ChildrenFull,
    /// All of it together has come to the limit.
    LimitReached,
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
            Standing::BeforeEvent => "before-event",
            Standing::AfterEnd => "after-end",
            Standing::ChildrenFull => "children-full",
            Standing::LimitReached => "limit-reached",
            Standing::Kept(state) => state.name(),
        }
    }

    /// Whether it pays, or may still pay, something.
    pub fn pays(self) -> bool {
        matches!(self, Standing::Waiting | Standing::Kept(_))
            && self != Standing::Kept(YearState::Ended)
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
    /// Whether an earlier year of the child ended the scholarship.
    pub after_end: bool,
    /// Whether the child's day of birth is known.
    pub has_birth: bool,
    /// From when until when the school's letter may be written.
    pub letter: (Day, Day),
    /// What is kept of it.
    pub kept: Option<YearKept>,
}

impl YearRow {
    /// What it came to when it was asked for, or comes to now; nothing where it pays nothing.
    pub fn payable(&self) -> Rupiah {
        let asked = self.kept.as_ref().and_then(|kept| kept.computed);
        if self.standing.pays() { asked.unwrap_or(self.rupiah) } else { Rupiah::ZERO }
    }

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

/// The letter of a school, as an approver is shown it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolLetter {
    /// Its number.
    pub number: Box<str>,
    /// The day it was written.
    pub day: Day,
    /// Its photos or scans, in their order.
    pub files: Vec<Id<kind::Attachment>>,
}

/// A digest of what an approver of a school year is shown.
pub fn year_hash(year: &YearKept, letter: &SchoolLetter) -> [u8; 32] {
    let class = year.class.map_or(String::new(), class_name);
    let feed = Feed::new("school year put forward")
        .part(year.id.as_bytes())
        .part(class.as_bytes())
        .number(year.computed.map_or(0, |rupiah| rupiah.0))
        .number(year.steps.into())
        .part(letter.number.as_bytes())
        .part(letter.day.to_string().as_bytes());
    let files = letter.files.iter();
    files.fold(feed, |feed, file| feed.part(file.as_bytes())).finish()
}

/// What a photo of the school's letter is of its claim: the paper's key with child and year, so
/// that two letters are two.
pub fn letter_part(paper: &str, person_no: u16, year: i32) -> String {
    format!("{paper}:{person_no}:{year}")
}

/// Paper, child and school year of a part that [`letter_part`] made.
pub fn read_letter_part(part: &str) -> Option<(&str, u16, i32)> {
    let mut parts = part.split(':');
    let (paper, no, year) = (parts.next()?, parts.next()?, parts.next()?);
    let read = (paper, no.parse().ok()?, year.parse().ok()?);
    // One way of writing it, so that one year has one place.
    (letter_part(read.0, read.1, read.2) == part).then_some(read)
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
    /// The school year began before the event.
    BeforeEvent,
    /// An earlier year of the child ended the scholarship.
    AfterEnd,
    /// A day to come, or before the event.
    DayUnfit,
    /// What is asked for needs the number and the day of the school's letter.
    LetterMissing,
    /// The school's letter is of another school year.
    LetterUnfit,
    /// A payment needs the number of the transfer.
    TransferMissing,
    /// The step needs a reason.
    ReasonMissing,
    /// The step needs a class that there is.
    ClassMissing,
    /// The step needs an amount above nothing.
    AmountMissing,
    /// The step needs a word for why it ends.
    CauseMissing,
    /// Without the child's day of birth nobody can tell whether the age has ended it.
    BirthMissing,
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
            YearRefusal::BeforeEvent => "SCHOLARSHIP_BEFORE_EVENT",
            YearRefusal::AfterEnd => "SCHOLARSHIP_AFTER_END",
            YearRefusal::LetterMissing => "SCHOLARSHIP_LETTER_MISSING",
            YearRefusal::LetterUnfit => "SCHOLARSHIP_LETTER_UNFIT",
            YearRefusal::TransferMissing => "SCHOLARSHIP_TRANSFER_MISSING",
            YearRefusal::BirthMissing => "SCHOLARSHIP_BIRTH_MISSING",
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
    /// The day of it; of the school's letter for what is asked. Today where none was said.
    pub day: Day,
    /// Whether somebody has said the day.
    pub day_said: bool,
    /// The number of the school's letter, of BPJS or of a transfer.
    pub reference: &'a str,
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
    let before = row.kept.clone().unwrap_or_else(|| fresh(claim, row));
    if !asked.step.goes_forward() {
        return year_moved(claim, &before, asked);
    }
    if !is_open(claim) {
        return Err(YearRefusal::ClaimNotReady);
    }
    let state = year_after(before.state, asked.step).ok_or(YearRefusal::NotNow)?;
    if row.begins < claim.event {
        return Err(YearRefusal::BeforeEvent);
    }
    if row.after_end {
        return Err(YearRefusal::AfterEnd);
    }
    said_whole(claim, asked)?;
    let class = asked.class.map(|class| SchoolStart { birth: None, ..class });
    let mut next = YearKept { state, steps: before.steps + 1, ..before };
    match asked.step {
        YearStep::Place => next.class = class,
        YearStep::Ask => {
            let (first, last) = row.letter;
            if asked.day < first || asked.day > last {
                return Err(YearRefusal::LetterUnfit);
            }
            if !row.has_birth {
                return Err(YearRefusal::BirthMissing);
            }
            next.computed = Some(askable(row, shared, asked.today)?);
            next.class = class;
        }
        _ => {}
    }
    Ok(next)
}

/// The school year after a step that brings it no nearer to being paid: the table decides alone,
/// whatever has become of the claim, so that what was sent can come back, be paid or end.
///
/// # Errors
/// The first [`YearRefusal`] in their order.
pub fn year_moved(
    claim: &Claim,
    before: &YearKept,
    asked: &YearAsked<'_>,
) -> Result<YearKept, YearRefusal> {
    let state = year_after(before.state, asked.step).ok_or(YearRefusal::NotNow)?;
    said_whole(claim, asked)?;
    let mut next = YearKept { state, steps: before.steps + 1, ..before.clone() };
    match asked.step {
        YearStep::Pay => {
            let sum = next.paid.plus(asked.rupiah.unwrap_or(Rupiah::ZERO));
            next.paid = sum.map_err(|_| YearRefusal::AmountMissing)?;
        }
        YearStep::End => next.cause = asked.cause,
        YearStep::Reopen => next.cause = None,
        _ => {}
    }
    Ok(next)
}

/// Refuses a step that is not said whole.
fn said_whole(claim: &Claim, asked: &YearAsked<'_>) -> Result<(), YearRefusal> {
    let step = asked.step;
    if !step.is_of_task() && (asked.day > asked.today || asked.day < claim.event) {
        return Err(YearRefusal::DayUnfit);
    }
    if step.needs_amount() && asked.rupiah.is_none_or(|rupiah| rupiah <= Rupiah::ZERO) {
        return Err(YearRefusal::AmountMissing);
    }
    let has_reference = !asked.reference.trim().is_empty();
    match step {
        YearStep::Ask if !has_reference || !asked.day_said => {
            return Err(YearRefusal::LetterMissing);
        }
        YearStep::Pay if !has_reference => return Err(YearRefusal::TransferMissing),
        _ => {}
    }
    if step.needs_reason() && asked.reason.trim().chars().count() < 3 {
        return Err(YearRefusal::ReasonMissing);
    }
    if step.needs_class() && asked.class.is_none() {
        return Err(YearRefusal::ClassMissing);
    }
    if step == YearStep::End && asked.cause.is_none() {
        return Err(YearRefusal::CauseMissing);
    }
    Ok(())
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
