//! The plan: one row for each child and school year, from the first that counts to the last that
//! the levels pay, at the rules of the day of the event.

use std::collections::{BTreeSet, HashMap};

use base::{Day, Rupiah};
use rules::{RuleGap, Rulebook, SchoolLevel, SchoolStart};

use super::{Shared, Standing, YearKept, YearRow, YearState};

/// A child whom a claim names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildOfClaim {
    /// Their place among the claim's people.
    pub no: u16,
    /// Day of birth, when it is known.
    pub birth: Option<Day>,
    /// The class that the child was about to enter at the event; none when not at school yet.
    pub start: Option<SchoolStart>,
}

/// What a plan is made of.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// The day it happened.
    pub event: Day,
    /// Today.
    pub today: Day,
    /// The children.
    pub children: &'a [ChildOfClaim],
    /// What is kept of their school years.
    pub kept: &'a [YearKept],
}

/// The rows of all children, child by child, year by year.
///
/// # Errors
/// [`RuleGap`] when the rulebook has no answer for the day.
///
/// # Source
/// PP 82/2019: by level and year up to an age; each year asked for with the school's letter.
pub fn plan(rulebook: &Rulebook, input: &PlanInput<'_>) -> Result<Vec<YearRow>, RuleGap> {
    let mut rows = Vec::new();
    for child in input.children {
        rows.extend(of_child(rulebook, input, child)?);
    }
    for row in &mut rows {
        let may_come = matches!(row.standing, Standing::Waiting) || row.standing.calls();
        if may_come {
            limit(row, shared_of(rulebook, input, (row.person_no, row.year))?);
        }
    }
    Ok(rows)
}

/// What limits all children together, seen from one school year of one of them.
///
/// # Errors
/// [`RuleGap`] when the rulebook has no answer for the day.
pub fn shared_of(
    rulebook: &Rulebook,
    input: &PlanInput<'_>,
    own: (u16, i32),
) -> Result<Shared, RuleGap> {
    use YearState::{Approved, Asked, Paid, Returned, Sent};
    let (children_most, _) = rulebook.scholarship_children(input.event)?;
    let (most, _) = rulebook.scholarship_most(input.event)?;
    let takes = |one: &&YearKept| matches!(one.state, Asked | Approved | Sent | Paid);
    let uses = |one: &&YearKept| takes(one) || one.state == Returned;
    let others = input.kept.iter().filter(uses).map(|one| one.person_no);
    let others: BTreeSet<u16> = others.filter(|no| *no != own.0).collect();
    let taken = input.kept.iter().filter(takes);
    let taken = taken.filter(|one| (one.person_no, one.year) != own);
    let taken = taken.map(|one| one.computed.unwrap_or(Rupiah::ZERO).max(one.paid));
    let taken = Rupiah::sum(taken).map_err(|_| RuleGap::AmountTooLarge)?;
    Ok(Shared { other_children: others.len() as i64, children_most, taken, most })
}

/// A year that is not asked for yet, as far as the others leave anything for it.
fn limit(row: &mut YearRow, shared: Shared) {
    let left = shared.most.minus(shared.taken).unwrap_or(Rupiah::ZERO);
    if shared.other_children >= shared.children_most {
        (row.standing, row.rupiah) = (Standing::ChildrenFull, Rupiah::ZERO);
    } else if left <= Rupiah::ZERO {
        (row.standing, row.rupiah) = (Standing::LimitReached, Rupiah::ZERO);
    } else {
        row.rupiah = row.rupiah.min(left);
    }
}

/// The class that follows; none after the last year of the last level.
///
/// # Errors
/// [`RuleGap`] when the rulebook has no answer for the day.
pub fn next_class(
    rulebook: &Rulebook,
    class: SchoolStart,
    event: Day,
) -> Result<Option<SchoolStart>, RuleGap> {
    let (years, _) = rulebook.scholarship_years(class.level, event)?;
    if class.year < years {
        return Ok(Some(SchoolStart { year: class.year + 1, ..class }));
    }
    let next = SchoolLevel::ALL.into_iter().find(|level| *level > class.level);
    Ok(next.map(|level| SchoolStart { level, year: 1, ..class }))
}

fn of_child(
    rulebook: &Rulebook,
    input: &PlanInput<'_>,
    child: &ChildOfClaim,
) -> Result<Vec<YearRow>, RuleGap> {
    let event = input.event;
    let kept = || input.kept.iter().filter(|year| year.person_no == child.no);
    let (first_of_all, _) = rulebook.first_school_year(event)?;
    let said = kept().filter(|year| year.class.is_some()).map(|year| year.year).min();
    let first = match child.start {
        Some(_) => Some(first_of_all),
        None => said,
    };
    let Some(first) = first else { return Ok(Vec::new()) };
    let last_kept = kept().map(|year| year.year).max();
    let mut planned = child.start;
    let mut used: HashMap<SchoolLevel, i64> = HashMap::new();
    let mut rows = Vec::new();
    let (mut over, mut ended) = (false, false);
    for year in first.. {
        if over && last_kept.is_none_or(|last| year > last) {
            break;
        }
        let kept = kept().find(|known| known.year == year);
        let class = kept.and_then(|known| known.class).or(planned);
        let Some(class) = class else { break };
        planned = next_class(rulebook, class, event)?;
        if over && kept.is_none() {
            continue;
        }
        let years_used = used.get(&class.level).copied().unwrap_or(0);
        let mut row = row_of(rulebook, input, (child, year), (class, years_used), kept)?;
        if ended {
            close(&mut row);
        }
        if counts(row.standing) {
            *used.entry(class.level).or_default() += 1;
        }
        let is_last = Standing::Kept(YearState::Ended) == row.standing;
        ended |= is_last;
        over |= is_last || row.standing == Standing::TooOld;
        rows.push(row);
    }
    Ok(rows)
}

/// A year that somebody spoke of behind an end: what was not approved by then never will be.
fn close(row: &mut YearRow) {
    row.after_end = true;
    if !matches!(row.standing, Standing::Kept(_)) || row.standing.calls() {
        (row.standing, row.rupiah) = (Standing::AfterEnd, Rupiah::ZERO);
    }
}

/// Whether a year uses one of those that its level pays.
fn counts(standing: Standing) -> bool {
    standing.pays()
}

fn row_of(
    rulebook: &Rulebook,
    input: &PlanInput<'_>,
    (child, year): (&ChildOfClaim, i32),
    (class, years_used): (SchoolStart, i64),
    kept: Option<&YearKept>,
) -> Result<YearRow, RuleGap> {
    let event = input.event;
    let (begins, _) = rulebook.school_year_begins(year, event)?;
    let (until, _) = rulebook.scholarship_until(year, event)?;
    let (age, _) = rulebook.scholarship_age(event)?;
    let (years, _) = rulebook.scholarship_years(class.level, event)?;
    let (yearly, row, entry) = rulebook.scholarship_yearly(class.level, event)?;
    let state = kept.map_or(YearState::Due, |known| known.state);
    let too_old = child.birth.is_some_and(|birth| i64::from(birth.age_on(begins)) >= age);
    let standing = match state {
        YearState::Due | YearState::Returned if begins < event => Standing::BeforeEvent,
        YearState::Due if too_old => Standing::TooOld,
        YearState::Due if years_used >= years => Standing::LevelUsed,
        YearState::Due if input.today < begins => Standing::Waiting,
        YearState::Due if input.today > until => Standing::Lapsed,
        // What came back can be asked for again no longer than what never was.
        YearState::Returned if input.today > until => Standing::Lapsed,
        state => Standing::Kept(state),
    };
    let letter = rulebook.school_letter_days(year, event)?;
    Ok(YearRow {
        person_no: child.no,
        year,
        begins,
        until,
        class: SchoolStart { birth: None, ..class },
        rupiah: if standing.pays() { yearly } else { Rupiah::ZERO },
        rule: (entry.rule.clone(), row.citation.article.clone()),
        standing,
        after_end: false,
        has_birth: child.birth.is_some(),
        letter,
        kept: kept.cloned(),
    })
}

/// The row of a child and school year if the class were this one; the planned one when none is
/// said. None where the plan has no such year.
///
/// # Errors
/// [`RuleGap`] when the rulebook has no answer for the day.
pub fn row_for(
    rulebook: &Rulebook,
    input: &PlanInput<'_>,
    (child, year): (&ChildOfClaim, i32),
    class: Option<SchoolStart>,
) -> Result<Option<YearRow>, RuleGap> {
    let mut kept: Vec<YearKept> = input.kept.to_vec();
    let known = kept.iter().position(|known| (known.person_no, known.year) == (child.no, year));
    let before = known.map(|place| kept[place].clone());
    if let Some(class) = class {
        match known {
            Some(place) => kept[place].class = Some(class),
            // A year that nobody has spoken of stands as any other that is due.
            None => kept.push(YearKept {
                id: base::Id::derived([0; 16]),
                claim: base::Id::derived([0; 16]),
                person_no: child.no,
                year,
                class: Some(class),
                state: YearState::Due,
                steps: 0,
                computed: None,
                paid: Rupiah::ZERO,
                cause: None,
            }),
        }
    }
    let asked = PlanInput { kept: &kept, ..*input };
    let rows = of_child(rulebook, &asked, child)?;
    let row = rows.into_iter().find(|row| row.year == year);
    Ok(row.map(|row| YearRow { kept: before, ..row }))
}
