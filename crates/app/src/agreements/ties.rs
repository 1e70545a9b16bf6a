//! Which programmes run under which agreement, and the months of a programme in which none holds.

use base::{Day, Month};
use domain::agreement::{AgreementState, months_without};
use domain::programme::Programme;
use store::Tx;
use store::agreements::{Agreement, Version};

use super::{Done, current, found};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::words::Words;

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
    /// What was signed, in order.
    pub held: Vec<Held>,
}

/// A version that was signed, while it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// Its number on the paper, or the agreement's code while there is none.
    pub number: Box<str>,
    /// The day it was signed.
    pub signed_on: Day,
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
        self.held_in((first, last)).map(|held| &*held.number).collect()
    }

    fn held_in(&self, (first, last): (Month, Month)) -> impl Iterator<Item = &Held> {
        let held = self.agreements.iter().flat_map(|tied| &tied.held);
        held.filter(move |held| held.from <= last.last_day() && first.first_day() <= held.to)
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
        self.store.read(|tx| of_programme(tx, &programme))
    }
}

fn of_programme(tx: &mut Tx<'_>, programme: &Programme) -> Result<ProgrammeAgreements, AppError> {
    let mut agreements = Vec::new();
    for agreement in store::agreements::of_programme(tx, programme.id)? {
        let versions = store::agreements::versions(tx, agreement.id)?;
        agreements.push(tied(&agreement, &versions));
    }
    let held = agreements.iter().flat_map(|tied: &Tied| &tied.held);
    let held: Vec<(Day, Day)> = held.map(|held| (held.from, held.to)).collect();
    let without = months_without((programme.first, programme.last), &held);
    Ok(ProgrammeAgreements { agreements, without })
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
fn timeline(agreement: &Agreement, versions: &[Version]) -> Vec<Held> {
    let mut held: Vec<Held> = Vec::new();
    for version in versions {
        let Some(signed_on) = version.signed_on else { continue };
        let terms = &version.terms;
        let from = match held.last() {
            Some(before) if terms.from <= before.from => signed_on.max(before.from),
            _ => terms.from,
        };
        if let Some(before) = held.last_mut() {
            before.to = before.to.min(from.plus_days(-1));
        }
        let number = if terms.number.is_empty() { &agreement.code } else { &terms.number };
        let (to, number) = (ended(agreement, terms.to), number.clone());
        held.push(Held { from, to, number, signed_on });
    }
    held.retain(|held| held.from <= held.to);
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

/// Number and day of signing of what a programme runs under in some months, a line each; none when
/// it runs under nothing. Whoever may print the paper may read what stands on it.
pub(crate) fn lines(
    tx: &mut Tx<'_>,
    programme: &Programme,
    months: (Month, Month),
    words: &Words,
) -> Result<Vec<String>, AppError> {
    let found = of_programme(tx, programme)?;
    let line = |held: &Held| {
        let day = held.signed_on.in_words();
        let values = [("number", &*held.number), ("day", &day)];
        words.with("annex-agreement", &values)
    };
    Ok(found.held_in(months).map(line).collect())
}
