//! By when a programme's month must be paid, what paying late costs, and how many months may be
//! paid at once: the law's answers for the segments that a programme has.

use base::{Day, Month, Rupiah};
use rules::{Answer, DueDay, PenaltyQuery, RuleGap, Rulebook, Segment};

use crate::programme::Programme;

/// The segments in which a programme's people are insured, each once.
pub fn segments(programme: &Programme) -> Vec<Segment> {
    let groups = &programme.terms.groups;
    let named = |segment: Segment| groups.iter().any(|group| group.segment == segment);
    let all_named = !programme.occupations.is_empty()
        && programme.occupations.iter().all(|key| programme.group_of(Some(key)).is_some());
    let mut found: Vec<Segment> = Segment::ALL.into_iter().filter(|one| named(*one)).collect();
    // Work of which nothing is laid down earns no wage.
    if !all_named && !found.contains(&Segment::Bpu) {
        found.insert(0, Segment::Bpu);
    }
    found
}

/// The last day to pay a programme's month: the earliest among its segments.
///
/// # Errors
/// [`RuleGap`] when no rule applies in the month.
pub fn due_day<'a>(
    rulebook: &'a Rulebook,
    programme: &Programme,
    month: Month,
) -> Result<DueDay<'a>, RuleGap> {
    let mut earliest: Option<DueDay<'a>> = None;
    for segment in segments(programme) {
        let due = rulebook.due_day(segment, month)?;
        if earliest.as_ref().is_none_or(|known| due.day < known.day) {
            earliest = Some(due);
        }
    }
    Ok(earliest.expect("a programme has a segment"))
}

/// What paying on a day costs besides; none where the programme has nobody who earns a wage, for
/// whom alone the law knows a penalty, or in time.
///
/// `waged` is the part of the month's contribution that is owed for those who earn a wage.
///
/// # Errors
/// [`RuleGap`] when no rule applies in the month.
pub fn penalty(
    rulebook: &Rulebook,
    month: Month,
    waged: Rupiah,
    paid_on: Day,
) -> Result<Option<Answer>, RuleGap> {
    if waged <= Rupiah::ZERO {
        return Ok(None);
    }
    let query = PenaltyQuery { segment: Segment::Pu, month, contribution: waged, paid_on };
    let answer = rulebook.penalty(&query)?;
    Ok((answer.total > Rupiah::ZERO).then_some(answer))
}

/// Whether a rule's name is that of a contribution of those who earn a wage.
pub fn is_waged(rule: &str) -> bool {
    rule.split('@').next().is_some_and(|name| name.ends_with("_pu"))
}

/// How many months of a programme may be paid at once: the law has an answer for those who earn no
/// wage only.
pub fn prepayable(rulebook: &Rulebook, programme: &Programme, month: Month) -> Vec<u32> {
    if segments(programme) != [Segment::Bpu] {
        return vec![1];
    }
    let months = rulebook.prepayable_months(month).into_iter();
    months.filter_map(|months| u32::try_from(months).ok()).collect()
}

#[cfg(test)]
mod tests;
