//! Rows that may be one person with another row, or with somebody of the register: side by side.
//!
//! A row is its sender's own. Somebody of the register is not: who may not read about them sees
//! nothing of them, and who may sees them masked until they ask for more with a reason.

use std::collections::HashMap;

use base::id::kind;
use base::{Day, Field, Id, PersonName, Problem, ProblemCode};
use domain::enrolment::Changes;
use domain::intake::Draft;
use linkage::{NameAgreement, normal_names_agree, normalise_name};
use store::Tx;
use store::audit::AuditLine;

use super::{Answer, Examined, Saying, Staged};
use crate::error::AppError;
use crate::files::field_values;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::initials_of;

/// People of the register that a row may be, by row.
pub(crate) type TwinMap = HashMap<(u16, u32), Known>;

/// Somebody of the register beside whom a row is put.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) person: Id<kind::Person>,
    pub(crate) nik: base::Nik,
    pub(crate) name: PersonName,
    pub(crate) birth: Day,
    pub(crate) mother: Option<PersonName>,
    pub(crate) place: base::RegionCode,
    pub(crate) village: String,
}

/// Two records that may be one person.
#[derive(Debug, Clone)]
pub struct Twins {
    /// The question.
    pub code: ProblemCode,
    /// The row that is asked about.
    pub row: (u16, u32),
    /// What it says.
    pub left: Side,
    /// What the other says.
    pub right: Side,
    /// How many of the fields that both have are alike, and how many both have.
    pub alike: (u32, u32),
    /// The fields that both have and that are not alike.
    pub differing: Vec<Field>,
    /// The answer, if there is one, and who gave it.
    pub answered: Option<(Answer, Id<kind::User>)>,
}

/// One of two records.
#[derive(Debug, Clone)]
pub struct Side {
    /// The row of the file; none for somebody of the register.
    pub row: Option<(u16, u32)>,
    /// The person of the register.
    pub person: Option<Id<kind::Person>>,
    /// Fields and their values, in the order of fields; of a row, identity for masked pages.
    pub values: Vec<(Field, String)>,
    /// How much of it is shown.
    pub sight: SideSight,
}

/// How much of one of two records is shown to whoever compares them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SideSight {
    /// All of it: a row, or somebody of the register who was asked for with a reason.
    Whole,
    /// Somebody of the register, masked.
    Masked,
    /// Somebody of the register who is not this reader's to read about: nothing.
    OutOfReach,
}

impl Examined {
    /// Whether any row may be one person with another.
    pub fn has_twins(&self) -> bool {
        self.people().any(|decision| {
            let place = (decision.sheet, decision.row);
            decision.problems.iter().any(|problem| ASKED.contains(&problem.code))
                || ASKED.iter().any(|code| self.answer(place, *code).is_some())
        })
    }

    /// Rows that may be one person with another, in the order of the file, nothing masked.
    pub(crate) fn pairs(&self) -> Vec<Twins> {
        let mut found = Vec::new();
        // Answered questions are asked of the file no more, and shown all the same.
        for decision in self.people() {
            let place = (decision.sheet, decision.row);
            let open = decision.problems.iter().find(|problem| ASKED.contains(&problem.code));
            let answered = ASKED.iter().find_map(|code| self.answer(place, *code));
            let Some(code) = open.map(|one| one.code).or(answered.map(|one| one.code)) else {
                continue;
            };
            if let Some(twins) = self.twins_of(place, code, open) {
                found.push(twins);
            }
        }
        found
    }

    fn twins_of(
        &self,
        place: (u16, u32),
        code: ProblemCode,
        problem: Option<&Problem>,
    ) -> Option<Twins> {
        let draft = self.draft(place)?;
        let other_row = problem.and_then(|problem| problem.detail.as_deref()?.parse().ok());
        let other_row: Option<(u16, u32)> = other_row.map(|row| (place.0, row));
        let other = other_row.and_then(|row| self.draft(row));
        let other = other.or_else(|| self.namesake(draft).filter(|_| problem.is_none()));
        let right = match (other, self.twins.get(&place)) {
            (Some(other), _) => side_of_row(other),
            (None, Some(known)) => side_of_person(known),
            (None, None) => return None,
        };
        let left = side_of_row(draft);
        let both = left.values.iter().filter_map(|(field, value)| {
            let other = right.values.iter().find(|(other, _)| other == field)?;
            Some((*field, value.to_lowercase() == other.1.to_lowercase()))
        });
        let both: Vec<(Field, bool)> = both.collect();
        let differing = both.iter().filter(|(_, same)| !same).map(|(field, _)| *field);
        let differing: Vec<Field> = differing.collect();
        let all = u32::try_from(both.len()).expect("a row has few fields");
        let differ = u32::try_from(differing.len()).expect("a row has few fields");
        let answered = self.answer(place, code).map(|one| (one.answer, one.by));
        let alike = (all - differ, all);
        Some(Twins { code, row: place, left, right, alike, differing, answered })
    }

    /// Another row of the same name and birth date.
    fn namesake(&self, draft: &Draft) -> Option<&Draft> {
        self.rows.iter().find(|other| {
            (other.sheet, other.row) != (draft.sheet, draft.row)
                && other.birth == draft.birth
                && other.normal_name == draft.normal_name
        })
    }
}

/// The questions that put two records side by side.
const ASKED: [ProblemCode; 2] = [ProblemCode::SamePersonOtherNik, ProblemCode::NikShared];

impl Office {
    /// Rows that may be one person with another, in the order of the file, for whoever may take the
    /// file in: somebody of the register masked, whole after one's own asking, and not at all when
    /// they are out of reach.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`.
    pub fn twins(
        &self,
        actor: &Actor,
        staged: &Staged,
        examined: &Examined,
        asking: Option<Id<AuditLine>>,
    ) -> Result<Vec<Twins>, AppError> {
        self.may_take_in(actor, staged)?;
        let mut found = examined.pairs();
        self.store.read(|tx| {
            for twins in &mut found {
                let known = twins.right.person.and(examined.twins.get(&twins.row));
                let Some(known) = known else { continue };
                let target = Target::in_region(known.place);
                if !self.reaches(actor, Operation::ReadPeople, &target) {
                    (twins.alike, twins.differing) = ((0, 0), Vec::new());
                    twins.right = out_of_reach();
                    continue;
                }
                let asked = match asking {
                    Some(asking) => self.opens(tx, actor, *known.person.as_bytes(), asking)?,
                    None => false,
                };
                if !(asked && self.reaches(actor, Operation::Unmask, &target)) {
                    twins.right = masked_side(known, twins.code);
                }
            }
            Ok::<_, AppError>(())
        })?;
        Ok(found)
    }

    /// Says that two records are one person: the row takes the number of the other. The number of
    /// somebody of the register is the register's: it does not go back to whoever sent the file.
    ///
    /// # Errors
    /// `ANSWER_NOT_POSSIBLE` when there is no such pair, and those of [`Office::edit_cells`].
    pub fn say_same(
        &self,
        saying: &Saying<'_>,
        examined: &Examined,
        row: (u16, u32),
        keep_left: bool,
    ) -> Result<(), AppError> {
        let impossible = || AppError::usage("ANSWER_NOT_POSSIBLE", "");
        let twins = examined.pairs().into_iter().find(|twins| twins.row == row);
        let twins = twins.ok_or_else(impossible)?;
        let nik = |side: &Side| {
            let value = side.values.iter().find(|(field, _)| *field == Field::Nik);
            value.map(|(_, value)| value.clone())
        };
        let staged = self.staged(saying.actor, saying.sheet)?;
        let operation = crate::office::Operation::ChangePerson;
        self.authorize(saying.actor, operation, &staged.target())?;
        // The number of somebody out of reach is no gift for the asking.
        if let Some(known) = twins.right.person.and(examined.twins.get(&row)) {
            let target = Target::in_region(known.place);
            self.authorize_or(saying.actor, operation, &target, impossible)?;
        }
        let (changed, number) = match (keep_left, twins.right.row) {
            (true, Some(other)) => (other, nik(&twins.left)),
            // Somebody of the register is not changed by a list.
            (true, None) => return Err(impossible()),
            (false, _) => (row, nik(&twins.right)),
        };
        let number = number.ok_or_else(impossible)?;
        let from_register = twins.right.person.is_some();
        self.put_into_cells(saying, &[(changed, Field::Nik, number)], from_register)
    }

    /// Says that two records are two people, for both rows when both stand in the file.
    ///
    /// # Errors
    /// Those of [`Office::answer_rows`].
    pub fn say_different(
        &self,
        saying: &Saying<'_>,
        examined: &Examined,
        row: (u16, u32),
        reason: &str,
    ) -> Result<(), AppError> {
        let twins = examined.pairs().into_iter().find(|twins| twins.row == row);
        let twins = twins.ok_or_else(|| AppError::usage("ANSWER_NOT_POSSIBLE", ""))?;
        let rows: Vec<(u16, u32)> = [Some(row), twins.right.row].into_iter().flatten().collect();
        let code = ProblemCode::SamePersonOtherNik;
        self.answer_rows(saying, &rows, code, (Answer::Settled, reason))
    }
}

/// Whom of the register the rows in question may be: by number, or by name and birth date.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    rows: &[Draft],
    changes: &Changes,
    village: impl Fn(base::RegionCode) -> String,
) -> Result<TwinMap, AppError> {
    let in_question: std::collections::HashSet<(u16, u32)> = changes
        .decisions
        .iter()
        .filter(|one| one.problems.iter().any(|problem| ASKED.contains(&problem.code)))
        .map(|one| (one.sheet, one.row))
        .collect();
    let rows: Vec<&Draft> =
        rows.iter().filter(|draft| in_question.contains(&(draft.sheet, draft.row))).collect();
    let niks: Vec<_> = rows.iter().filter_map(|draft| draft.nik).collect();
    let births: Vec<(&PersonName, Day)> =
        rows.iter().filter_map(|draft| Some((draft.name.as_ref()?, draft.birth?))).collect();
    if niks.is_empty() && births.is_empty() {
        return Ok(TwinMap::new());
    }
    // Whether somebody is on the programme's list already does not matter here.
    let snapshot = store::enrolment::snapshot(tx, &niks, &births, Id::derived([0; 16]))?;
    let mut found = TwinMap::new();
    for draft in rows {
        let by_nik = snapshot.known.iter().find(|known| draft.nik == Some(known.nik));
        let by_name = || {
            let same_day = snapshot.known.iter().filter(|one| draft.birth == Some(one.birth));
            same_day.into_iter().find(|known| {
                let listed = normalise_name(known.name.as_str());
                normal_names_agree(&draft.normal_name, &listed) == NameAgreement::Same
            })
        };
        if let Some(known) = by_nik.or_else(by_name) {
            let known = Known {
                person: known.id,
                nik: known.nik,
                name: known.name.clone(),
                birth: known.birth,
                mother: known.mother.clone(),
                place: known.place,
                village: village(known.place),
            };
            found.insert((draft.sheet, draft.row), known);
        }
    }
    Ok(found)
}

fn side_of_row(draft: &Draft) -> Side {
    Side {
        row: Some((draft.sheet, draft.row)),
        person: None,
        values: field_values(draft),
        sight: SideSight::Whole,
    }
}

/// Somebody of whom this reader learns nothing, not even which record it is.
fn out_of_reach() -> Side {
    Side { row: None, person: None, values: Vec::new(), sight: SideSight::OutOfReach }
}

/// Somebody of the register as every page shows them. Whoever was found by name and birth date has
/// no digit of the number shown: with the birth date the rest of it could be counted through.
fn masked_side(known: &Known, code: ProblemCode) -> Side {
    let hidden = || "••••".to_owned();
    let nik = if code == ProblemCode::NikShared { known.nik.masked() } else { hidden() };
    let mut values = vec![
        (Field::Nik, nik),
        (Field::Name, initials_of(&known.name)),
        (Field::BirthDate, known.birth.year().to_string()),
        (Field::Village, known.village.clone()),
    ];
    values.extend(known.mother.as_ref().map(|_| (Field::MotherName, hidden())));
    Side { row: None, person: Some(known.person), values, sight: SideSight::Masked }
}

fn side_of_person(known: &Known) -> Side {
    let mut values = vec![
        (Field::Nik, known.nik.reveal()),
        (Field::Name, known.name.as_str().to_owned()),
        (Field::BirthDate, known.birth.to_string()),
        (Field::Village, known.village.clone()),
    ];
    if let Some(mother) = &known.mother {
        values.push((Field::MotherName, mother.as_str().to_owned()));
    }
    Side { row: None, person: Some(known.person), values, sight: SideSight::Whole }
}
