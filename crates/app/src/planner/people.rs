//! The people of a plan: of a programme, of the whole register, of files in no register, or a bare
//! number; reduced to cells as they are counted.

use std::path::PathBuf;

use base::{Gazetteer, Month, Rupiah};
use domain::occupation::{OccupationKey, Occupations};
use domain::plan::{Base, PlanCounter, PlanPeople, PlanPerson, ageing_month};
use domain::programme::Programme;
use rules::{Payer, Rulebook, Schemes};
use store::plans::Alike;

use super::typed::{BaseTyped, USUAL, WordsOf};
use crate::drafting::{DraftOptions, draft_file};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::reading::{ReadRequest, Reader};

/// Where the people of a plan are from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountedFrom {
    /// The members of a programme.
    Members,
    /// The people whom the register accepts for a programme, before anybody is a member.
    Accepted,
    /// Everybody in the register.
    Register,
    /// Files that were read for this plan alone.
    Files,
    /// A bare number.
    Number,
}

impl CountedFrom {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CountedFrom::Members => "members",
            CountedFrom::Accepted => "accepted",
            CountedFrom::Register => "register",
            CountedFrom::Files => "files",
            CountedFrom::Number => "number",
        }
    }
}

/// A list of people, reduced, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The people.
    pub people: PlanPeople,
    /// Where they are from.
    pub from: CountedFrom,
    /// The programme, by code and name.
    pub programme: Option<(Box<str>, Box<str>)>,
    /// Schemes where a scenario does not say.
    pub schemes: Schemes,
    /// The purse where a scenario does not say.
    pub payer: Payer,
    /// First and last month where a scenario does not say.
    pub months: Option<(Month, Month)>,
}

/// People of files, and the rows that were no plan's: without a date of birth, or refused files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePeople {
    /// The list.
    pub counted: Counted,
    /// Rows without a date of birth; they are counted, and never age.
    pub without_birth: u64,
}

impl Counted {
    /// What is usual for scenarios over this list.
    pub fn usual<'a>(&self, occupations: &'a Occupations) -> WordsOf<'a> {
        let (schemes, payer, months) = (self.schemes, self.payer, self.months);
        WordsOf { occupations, schemes, payer, months }
    }
}

impl Office {
    /// The people of a programme: its members or, before there are any, everybody accepted. Where
    /// nothing is typed, what the programme lays down for their work is what they are planned by.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, and those of [`BaseTyped::read`].
    pub fn plan_of_programme(
        &self,
        actor: &Actor,
        code: &str,
        base: &BaseTyped,
    ) -> Result<Counted, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        let fund = self.fund_of(&programme)?;
        let rule =
            base.read(&self.rulebook, &self.occupations, programme.income, programme.first)?;
        let from = self.planned_from(&programme);
        let (alike, from) = self.store.read(|tx| {
            let members = store::plans::members(tx, programme.id, from)?;
            // Accepted people stand in for members only where there was never one.
            let none = members.is_empty()
                && store::memberships::of_programme(tx, programme.id)?.is_empty();
            Ok::<_, AppError>(match none {
                false => (members, CountedFrom::Members),
                true => (store::plans::enlisted(tx, programme.id)?, CountedFrom::Accepted),
            })
        })?;
        let base_of = |key: Option<&OccupationKey>| match programme.group_of(key) {
            Some(_) if !base.is_said() => programme.base_of(key, self.sector_of(key)),
            _ => rule.of(key),
        };
        Ok(Counted {
            people: counted(&alike, base_of),
            from,
            schemes: programme.schemes,
            payer: Payer::Fund(fund.kind),
            months: Some((programme.first, programme.last)),
            programme: Some((programme.code, programme.name)),
        })
    }

    /// Everybody in the register.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, and those of [`BaseTyped::read`].
    pub fn plan_of_register(&self, actor: &Actor, base: &BaseTyped) -> Result<Counted, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let month = self.environment.today().month_of();
        let rule = base.read(&self.rulebook, &self.occupations, Rupiah::ZERO, month)?;
        let alike = self.store.read(store::plans::everybody)?;
        Ok(of(counted(&alike, |key| rule.of(key)), CountedFrom::Register))
    }

    /// The month from which members are planned for: the next one; of a programme that is over its
    /// last, so that it can still be looked at.
    pub(crate) fn planned_from(&self, programme: &Programme) -> Month {
        self.environment.today().month_of().plus(1).min(programme.last)
    }
}

/// A bare number of people, of whom nothing is known.
///
/// # Errors
/// Those of [`BaseTyped::read`].
pub fn of_count(
    rulebook: &Rulebook,
    occupations: &Occupations,
    people: u64,
    base: &BaseTyped,
    month: Month,
) -> Result<Counted, AppError> {
    let rule = base.read(rulebook, occupations, Rupiah::ZERO, month)?;
    let mut counter = PlanCounter::default();
    let anybody = PlanPerson { ageing: None, occupation: None, base: rule.of(None), village: None };
    counter.add(&anybody, people);
    Ok(of(counter.finish(), CountedFrom::Number))
}

/// The people of files, read for this plan alone; every row of a person counts, whatever is wrong
/// with it, but rows that claim a number twice count once.
///
/// # Errors
/// `FILE_REFUSED` with the file's name, and those of [`BaseTyped::read`].
pub fn of_files(
    (rulebook, occupations, gazetteer): (&Rulebook, &Occupations, &'static Gazetteer),
    reader: &Reader,
    files: &[PathBuf],
    base: &BaseTyped,
    first: Month,
) -> Result<FilePeople, AppError> {
    let rule = base.read(rulebook, occupations, Rupiah::ZERO, first)?;
    let options = DraftOptions::of_anybody(first.first_day(), (rulebook, occupations, gazetteer));
    let mut counter = PlanCounter::default();
    let mut seen = std::collections::HashSet::new();
    let mut without_birth = 0;
    for path in files {
        let request = ReadRequest { path: path.clone(), ..ReadRequest::default() };
        draft_file(reader, &request, &options, &mut |batch| {
            for (draft, _) in &batch {
                if draft.nik.is_some_and(|nik| !seen.insert(nik.as_u64())) {
                    continue;
                }
                without_birth += u64::from(draft.birth.is_none());
                let person = PlanPerson {
                    ageing: draft.birth.map(ageing_month),
                    base: rule.of(draft.occupation.as_ref()),
                    occupation: draft.occupation.clone(),
                    village: draft.place,
                };
                counter.add(&person, 1);
            }
        })
        .map_err(|refusal| AppError::refused("FILE_REFUSED", refusal.code))?;
    }
    Ok(FilePeople { counted: of(counter.finish(), CountedFrom::Files), without_birth })
}

fn counted(alike: &[Alike], base_of: impl Fn(Option<&OccupationKey>) -> Base) -> PlanPeople {
    let mut counter = PlanCounter::default();
    for group in alike {
        let person = PlanPerson {
            ageing: Some(group.ageing),
            occupation: group.occupation.clone(),
            base: base_of(group.occupation.as_ref()),
            village: Some(group.place),
        };
        counter.add(&person, group.people);
    }
    counter.finish()
}

fn of(people: PlanPeople, from: CountedFrom) -> Counted {
    let (schemes, payer) = USUAL;
    Counted { people, from, programme: None, schemes, payer, months: None }
}
