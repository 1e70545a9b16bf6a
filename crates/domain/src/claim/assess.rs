//! What a claim comes to: whether there was cover on the day, the benefit at the rules of that day
//! with its tree, and what another reading of late payments would give.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use rules::{
    AidsQuery, Answer, Cause, Cover, CoverQuery, IncapacityQuery, JhtQuery, JhtReason, JhtTaken,
    JkkQuery, JkmQuery, Loss, MonthsPaid, Note, PartialQuery, RuleGap, RuleId, RuleStatus,
    Rulebook, ScholarshipQuery, SchoolStart, Segment, TransportQuery,
};

use super::ClaimKind;
use crate::jht::account_query;

/// A month that somebody has paid for a person, with what is behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidMonth {
    /// The month.
    pub month: Month,
    /// For what.
    pub scheme: rules::Scheme,
    /// Who paid.
    pub programme: Id<kind::Programme>,
    /// The bill it stood on.
    pub bill: Option<Id<kind::Bill>>,
    /// The transfer that paid.
    pub transfer: Id<kind::Transfer>,
    /// The day the money moved.
    pub paid_on: Day,
    /// How much.
    pub rupiah: Rupiah,
}

/// What is told of the event besides its day, as far as the benefit depends on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClaimFacts {
    /// What was lost, by the codes of the disability table.
    pub losses: Vec<Loss>,
    /// Whether the member is left-handed.
    pub left_handed: bool,
    /// Full months without work, and days beyond them.
    pub unfit: (i64, i64),
    /// What carrying the member cost: by land, by sea, by air.
    pub transport: [Rupiah; 3],
    /// What dentures, a hearing aid, glasses and care at home cost.
    pub aids: [Rupiah; 4],
    /// The balance as BPJS states it; counted from what was paid when nothing is told.
    pub balance: Rupiah,
    /// Why savings are claimed; the pension age when nothing is told.
    pub why: Option<JhtReason>,
}

/// A claim as a question.
#[derive(Debug, Clone, Copy)]
pub struct AssessInput<'a> {
    /// What is claimed.
    pub kind: ClaimKind,
    /// The day it happened.
    pub event: Day,
    /// As what the member was insured.
    pub segment: Segment,
    /// The wage, or the base of the tier.
    pub wage: Rupiah,
    /// The first day of the first membership.
    pub registered: Day,
    /// Everything that was paid, of all programmes.
    pub months: &'a [PaidMonth],
    /// What other claims have taken out of the savings.
    pub taken: &'a [JhtTaken],
    /// What is told of the event.
    pub facts: &'a ClaimFacts,
    /// Where each child stands at school.
    pub children: &'a [SchoolStart],
}

/// What a claim comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// Whether there was cover on the day.
    pub cover: Cover,
    /// The rule that decides about cover, and its article.
    pub cover_rule: (RuleId, Box<str>),
    /// The benefit, line by line.
    pub answer: Answer,
    /// What the children may get, year by year, besides.
    pub scholarship: Option<Answer>,
    /// Months of contributions, and how many a scholarship takes; none when there are enough.
    pub scholarship_short: Option<(i64, i64)>,
    /// The benefit if months that were paid only after the event counted too; none when no reading
    /// changes it.
    pub if_later: Option<Rupiah>,
    /// Months up to that of the event that were paid only after it.
    pub paid_later: u32,
    /// The day of the first payment for the programme it is claimed from.
    pub first_paid: Option<Day>,
}

/// Computes a claim at the rules of its day.
///
/// # Errors
/// [`RuleGap`] when the rulebook has no answer for the day, or a loss is not in its table.
pub fn assess(rulebook: &Rulebook, input: &AssessInput<'_>) -> Result<Assessment, RuleGap> {
    let of_scheme = || input.months.iter().filter(|one| one.scheme == input.kind.scheme());
    let until = input.event.month_of();
    let due = || of_scheme().filter(|one| one.month <= until);
    let by_then: Vec<Month> =
        of_scheme().filter(|one| one.paid_on <= input.event).map(|one| one.month).collect();
    let all: Vec<Month> = due().map(|one| one.month).chain(by_then.iter().copied()).collect();
    let (cover, cover_rule) = cover_of(rulebook, input, &by_then)?;
    let answer = benefit(rulebook, input, &by_then)?;
    let paid_later = due().filter(|one| one.paid_on > input.event).count() as u32;
    let if_later = match paid_later {
        0 => None,
        _ => {
            let other = benefit(rulebook, input, &all)?.total;
            (other != answer.total).then_some(other)
        }
    };
    let scholarship = match input.kind.has_scholarship() && !input.children.is_empty() {
        true => Some(scholarship(rulebook, input, &by_then)?),
        false => None,
    };
    let scholarship_short = scholarship_short(rulebook, input, &by_then)?;
    let first_paid = of_scheme().map(|one| one.paid_on).min();
    Ok(Assessment {
        cover,
        cover_rule,
        answer,
        scholarship,
        scholarship_short,
        if_later,
        paid_later,
        first_paid,
    })
}

fn cover_of(
    rulebook: &Rulebook,
    input: &AssessInput<'_>,
    paid: &[Month],
) -> Result<(Cover, (RuleId, Box<str>)), RuleGap> {
    let found = rulebook.cover(&CoverQuery {
        segment: input.segment,
        registered: input.registered,
        paid,
        on: input.event,
    })?;
    let rule = (found.rule.rule.clone(), found.rule.citation.article.clone());
    Ok((found.state, rule))
}

/// The benefit when these months count as paid.
fn benefit(
    rulebook: &Rulebook,
    input: &AssessInput<'_>,
    paid: &[Month],
) -> Result<Answer, RuleGap> {
    let (segment, registered, event) = (input.segment, input.registered, input.event);
    if input.kind == ClaimKind::Jkm {
        let paid = paid.to_vec();
        return rulebook.jkm(&JkmQuery { segment, death: event, registered, paid });
    }
    if input.kind == ClaimKind::Jht {
        return savings(rulebook, input);
    }
    let (cover, rule) = cover_of(rulebook, input, paid)?;
    let note = match cover {
        Cover::Active => None,
        Cover::Grace { months } => Some(Note::SettleArrears { months }),
        Cover::NotStarted => Some(Note::NotRegistered),
        Cover::Unpaid => Some(Note::NotPaid),
        Cover::Inactive { paid_until } => Some(Note::Lapsed { paid_until: paid_until.last_day() }),
    };
    if matches!(cover, Cover::NotStarted | Cover::Unpaid | Cover::Inactive { .. }) {
        return Ok(nothing(note, rule.0));
    }
    let mut answer = accident(rulebook, input)?;
    answer.notes.extend(note);
    Ok(answer)
}

fn nothing(note: Option<Note>, rule: RuleId) -> Answer {
    Answer {
        total: Rupiah::ZERO,
        lines: Vec::new(),
        status: RuleStatus::Secondary,
        notes: note.into_iter().collect(),
        decided_by: vec![rule],
    }
}

fn accident(rulebook: &Rulebook, input: &AssessInput<'_>) -> Result<Answer, RuleGap> {
    let (wage, accident, facts) = (input.wage, input.event, input.facts);
    match input.kind {
        ClaimKind::JkkDeath => rulebook.jkk_death(&JkkQuery { wage, accident }),
        ClaimKind::JkkTotal => rulebook.jkk_total(&JkkQuery { wage, accident }),
        ClaimKind::JkkPartial => {
            let (losses, left_handed) = (facts.losses.clone(), facts.left_handed);
            rulebook.jkk_partial(&PartialQuery { wage, accident, losses, left_handed })
        }
        _ => care(rulebook, input),
    }
}

/// Time off work, transport and aids, one after the other.
fn care(rulebook: &Rulebook, input: &AssessInput<'_>) -> Result<Answer, RuleGap> {
    let (wage, accident, facts) = (input.wage, input.event, input.facts);
    let (months, days) = facts.unfit;
    let [land, sea, air] = facts.transport;
    let [dentures, hearing_aid, glasses, home_care] = facts.aids;
    let mut parts = Vec::new();
    if facts.unfit != (0, 0) {
        let unfit = IncapacityQuery { wage, accident, months, days };
        parts.push(rulebook.jkk_incapacity(&unfit)?);
    }
    if facts.transport != [Rupiah::ZERO; 3] {
        parts.push(rulebook.jkk_transport(&TransportQuery { accident, land, sea, air })?);
    }
    if facts.aids != [Rupiah::ZERO; 4] {
        let prosthesis = None;
        parts.push(rulebook.jkk_aids(&AidsQuery {
            accident,
            dentures,
            hearing_aid,
            glasses,
            prosthesis,
            home_care,
        })?);
    }
    let total = Rupiah::sum(parts.iter().map(|part| part.total))?;
    let status = parts.iter().map(|part| part.status);
    let status = status.reduce(RuleStatus::weaker).unwrap_or(RuleStatus::Secondary);
    let (lines, notes, decided_by) = (Vec::new(), Vec::new(), Vec::new());
    let mut whole = Answer { total, lines, status, notes, decided_by };
    for part in parts {
        whole.lines.extend(part.lines);
        whole.notes.extend(part.notes);
        whole.decided_by.extend(part.decided_by);
    }
    Ok(whole)
}

/// The savings: the balance as told, or that of the account on the day.
fn savings(rulebook: &Rulebook, input: &AssessInput<'_>) -> Result<Answer, RuleGap> {
    let gross = match input.facts.balance {
        told if told > Rupiah::ZERO => told,
        _ => {
            let taken = input.taken.iter().copied();
            let query = account_query(input.months.iter(), taken, input.event);
            rulebook.jht_account(&query)?.answer.total
        }
    };
    let reason = input.facts.why.unwrap_or(JhtReason::PensionAge);
    rulebook.jht(&JhtQuery { gross, on: input.event, reason })
}

fn scholarship(
    rulebook: &Rulebook,
    input: &AssessInput<'_>,
    paid: &[Month],
) -> Result<Answer, RuleGap> {
    let cause = match input.kind {
        ClaimKind::Jkm => {
            let mut months = paid.to_vec();
            months.sort_unstable();
            months.dedup();
            let cumulative = months.len() as i64;
            let mut continuous = 0;
            let mut before: Option<Month> = None;
            for month in months {
                let goes_on = before.is_some_and(|before| before.plus(1) == month);
                continuous = if goes_on { continuous + 1 } else { 1 };
                before = Some(month);
            }
            Cause::Death(MonthsPaid { continuous, cumulative })
        }
        _ => Cause::WorkAccident,
    };
    let children = input.children.to_vec();
    rulebook.scholarship(&ScholarshipQuery { event: input.event, cause, children })
}

/// Months of contributions and how many it takes, where they are too few for any child.
fn scholarship_short(
    rulebook: &Rulebook,
    input: &AssessInput<'_>,
    paid: &[Month],
) -> Result<Option<(i64, i64)>, RuleGap> {
    if !input.kind.has_scholarship() {
        return Ok(None);
    }
    // No child is needed to know it: the months are counted before anything else.
    let nobody = AssessInput { children: &[], ..*input };
    let answer = scholarship(rulebook, &nobody, paid)?;
    let short = |note: &Note| match note {
        Note::MonthsTooFew { counted, required } => Some((*counted, *required)),
        _ => None,
    };
    Ok(answer.notes.iter().find_map(short))
}
