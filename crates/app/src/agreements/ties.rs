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
    /// The agreements that were signed and hold on some day of these months.
    pub fn in_months(&self, (first, last): (Month, Month)) -> impl Iterator<Item = &Tied> {
        let signed = self.agreements.iter().filter(|tied| tied.state != AgreementState::Draft);
        signed.filter(move |tied| tied.from <= last.last_day() && first.first_day() <= tied.to)
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
            let (mut agreements, mut held) = (Vec::new(), Vec::new());
            for agreement in store::agreements::of_programme(tx, programme.id)? {
                let versions = store::agreements::versions(tx, agreement.id)?;
                held.extend(spans(&agreement, &versions));
                agreements.push(tied(&agreement, &versions));
            }
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
    }
}

/// First and last day of each version that was signed.
fn spans(agreement: &Agreement, versions: &[Version]) -> Vec<(Day, Day)> {
    let signed = versions.iter().filter(|version| version.signed_on.is_some());
    signed.map(|one| (one.terms.from, ended(agreement, one.terms.to))).collect()
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
    let numbers: Vec<&str> = found.in_months(months).map(|tied| &*tied.number).collect();
    Ok(numbers.join(", "))
}
