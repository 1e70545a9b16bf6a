//! Who must be on a programme by its mandate and is not: from the register by occupation, and from
//! the newest list of everybody whom the mandate names.

use base::Day;
use base::RegionCode;
use domain::programme::{Mandate, Programme};

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};

/// Who is missing from a programme that somebody mandated.
#[derive(Debug, Clone)]
pub struct Mandated {
    /// The programme.
    pub programme: Programme,
    /// The mandate; none when nobody is mandated, and then nobody is missing.
    pub mandate: Option<Mandate>,
    /// People of the register, by place.
    pub people: Vec<MissingPerson>,
    /// Lines of the list of everybody mandated, in its order.
    pub lines: Vec<MissingLine>,
}

/// Somebody of a mandated occupation who is no member.
#[derive(Debug, Clone)]
pub struct MissingPerson {
    /// Who, masked.
    pub person: PersonShown,
    /// The village, in words.
    pub place: String,
    /// Whether a list for the programme named them and was accepted.
    pub is_enlisted: bool,
}

/// A line of the list of everybody mandated whose person is no member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingLine {
    /// The day on which the list was true.
    pub as_of: Day,
    /// The place of the line on its list, 1 for the first.
    pub line: u32,
    /// Initials.
    pub name: String,
    /// The year of birth, when the list gives a birth date.
    pub birth_year: Option<i16>,
    /// Whether a list for the programme named them and was accepted.
    pub is_enlisted: bool,
}

impl Office {
    /// Who must be on a programme by its mandate and is not.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn mandated(&self, actor: &Actor, code: &str) -> Result<Mandated, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        let Some(mandate) = programme.terms.mandate.clone() else {
            return Ok(Mandated { programme, mandate: None, people: vec![], lines: vec![] });
        };
        let inside = |place: RegionCode| programme.territory.contains(place);
        let (people, lines) = self.store.read(|tx| {
            let mut people = Vec::new();
            for occupation in &programme.occupations {
                people.extend(store::mandates::people(tx, programme.id, occupation)?);
            }
            Ok::<_, AppError>((people, store::mandates::entries(tx, programme.id)?))
        })?;
        let people = people.into_iter().filter(|one| inside(one.person.place));
        let people = people.map(|one| MissingPerson {
            person: masked_now(&one.person),
            place: self.place_words(one.person.place),
            is_enlisted: one.is_enlisted,
        });
        let lines = lines.into_iter().map(|one| MissingLine {
            as_of: one.as_of,
            line: one.line + 1,
            name: one.name.as_ref().map(crate::people::initials_of).unwrap_or_default(),
            birth_year: one.birth.map(Day::year),
            is_enlisted: one.is_enlisted,
        });
        let (mut people, lines): (Vec<_>, Vec<_>) = (people.collect(), lines.collect());
        people.sort_by_key(|one| (one.person.place, one.person.id));
        Ok(Mandated { mandate: Some(mandate), people, lines, programme })
    }
}
