//! Which programmes run under which agreement, and the months of a programme in which none holds.

use base::{Day, Month};
use domain::agreement::{AgreementState, months_without};
use store::agreements::{Agreement, Version};

use super::{Done, current, found};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};

/// An agreement that a programme runs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tied {
    /// Its code.
    pub code: Box<str>,
    /// The number on the paper, or the code while there is none.
    pub number: Box<str>,
    /// The first day.
    pub from: Day,
    /// The last day, or the day on which it was ended.
    pub to: Day,
    /// Where it stands.
    pub state: AgreementState,
    /// What was signed, in order: the first and the last day of each version and its number.
    pub held: Vec<(Day, Day, Box<str>)>,
}

/// What a programme runs under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeAgreements {
    /// Each agreement, by code.
    pub agreements: Vec<Tied>,
    /// First and last of each run of its months in which no signed agreement holds throughout.
    pub without: Vec<(Month, Month)>,
}

impl ProgrammeAgreements {
    /// The numbers of what was signed and holds on some day of these months.
    pub fn numbers_in(&self, (first, last): (Month, Month)) -> Vec<&str> {
        let held = self.agreements.iter().flat_map(|tied| &tied.held);
        let held =
            held.filter(|(from, to, _)| *from <= last.last_day() && first.first_day() <= *to);
        held.map(|(.., number)| &**number).collect()
    }
}

impl Office {
    /// Says that a programme runs under an agreement, or takes it back; the same again is no act.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `AGREEMENT_UNKNOWN`, `PROGRAMME_UNKNOWN`.
    pub fn tie_agreement(
        &self,
        actor: &Actor,
        code: &str,
        (programme, undo): (&str, bool),
    ) -> Result<Done, AppError> {
        let programme = self.programme(programme)?;
        self.authorize(actor, Operation::SetUp, &Target::in_region(programme.territory))?;
        let by = (actor.id, self.now_ms());
        self.store.write(|tx| {
            let agreement = found(tx, code)?.id;
            let is_new = match undo {
                false => store::agreements::tie(tx, agreement, programme.id, by)?,
                true => store::agreements::untie(tx, agreement, programme.id)?,
            };
            if !is_new {
                return Ok(Done::Before);
            }
            let act = if undo { "agreement-untied" } else { "agreement-tied" };
            self.record(tx, actor, act, "programme", programme.id.as_bytes())?;
            Ok(Done::Now)
        })
    }

    /// The agreements that a programme runs under, and its months without one.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `PROGRAMME_UNKNOWN`.
    pub fn agreements_of_programme(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<ProgrammeAgreements, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store.read(|tx| {
            let mut agreements = Vec::new();
            for agreement in store::agreements::of_programme(tx, programme.id)? {
                let versions = store::agreements::versions(tx, agreement.id)?;
                agreements.push(tied(&agreement, &versions));
            }
            let held = agreements.iter().flat_map(|tied: &Tied| &tied.held);
            let held: Vec<(Day, Day)> = held.map(|(from, to, _)| (*from, *to)).collect();
            let without = months_without((programme.first, programme.last), &held);
            Ok(ProgrammeAgreements { agreements, without })
        })
    }
}

fn tied(agreement: &Agreement, versions: &[Version]) -> Tied {
    let terms = &current(agreement, versions).terms;
    let number = if terms.number.is_empty() { &agreement.code } else { &terms.number };
    Tied {
        code: agreement.code.clone(),
        number: number.clone(),
        from: terms.from,
        to: ended(agreement, terms.to),
        state: agreement.state,
        held: timeline(agreement, versions),
    }
}

/// What was signed, in order: a version holds until the day before its successor takes effect: on
/// its first day or, where it begins no later, on the day on which it was signed.
fn timeline(agreement: &Agreement, versions: &[Version]) -> Vec<(Day, Day, Box<str>)> {
    let mut held: Vec<(Day, Day, Box<str>)> = Vec::new();
    for version in versions {
        let Some(signed_on) = version.signed_on else { continue };
        let terms = &version.terms;
        let from = match held.last() {
            Some((before, ..)) if terms.from <= *before => signed_on.max(*before),
            _ => terms.from,
        };
        if let Some((_, to, _)) = held.last_mut() {
            *to = (*to).min(from.plus_days(-1));
        }
        let number = if terms.number.is_empty() { &agreement.code } else { &terms.number };
        held.push((from, ended(agreement, terms.to), number.clone()));
    }
    held.retain(|(from, to, _)| from <= to);
    held
}

fn ended(agreement: &Agreement, last: Day) -> Day {
    agreement.ended_on.map_or(last, |day| day.min(last))
}

/// The numbers of the agreements that a programme runs under in some months, with commas between;
/// empty when it runs under none.
pub(crate) fn numbers(
    office: &Office,
    actor: &Actor,
    code: &str,
    months: (Month, Month),
) -> Result<String, AppError> {
    let found = office.agreements_of_programme(actor, code)?;
    Ok(found.numbers_in(months).join(", "))
}
