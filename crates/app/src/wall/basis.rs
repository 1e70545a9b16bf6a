//! Counts of those to be covered and targets, set by whoever sets up; each stays with who set it.

use base::{Day, Ppm, RegionCode};
use domain::coverage::sums::{AgeBand, SumBy};
use domain::coverage::wall::Aim;
use domain::occupation::OccupationKey;
use store::coverage::{Basis, BasisLine, Target};

use crate::error::{AppError, ErrorKind, typed};
use crate::office::{Actor, Office, Operation, Target as Where};

/// The longest text of a count or a target, in signs.
const WORDS_MOST: usize = 500;
/// Lines that one count may have.
const LINES_MOST: usize = 20_000;

/// A count as it was typed.
#[derive(Debug, Clone, Default)]
pub struct BasisInput {
    /// Its code.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Who counted.
    pub source: String,
    /// What is counted.
    pub definition: String,
    /// When it was true, as a day.
    pub as_of: String,
    /// How many in the whole regency; empty when the lines say it.
    pub people: String,
    /// Lines `what,part,people`: `wilayah,64.01.05,1234`, `pekerjaan,nelayan,900`,
    /// `jenis-kelamin,L,800`, `usia,18,300`.
    pub lines: String,
}

/// A target as it was typed.
#[derive(Debug, Clone, Default)]
pub struct TargetInput {
    /// The region, by code or name; the whole regency when empty.
    pub place: String,
    /// Until when.
    pub due: String,
    /// How many people, as `12.633`, or which share, as `52,69%`.
    pub aim: String,
    /// Where it is written.
    pub source: String,
}

impl Office {
    /// Keeps a count; the newest of a code counts, and the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `FIELD_EMPTY`, `NOT_A_DAY`, `NOT_A_COUNT`, `BASIS_LINE_BAD`.
    pub fn set_basis(&self, actor: &Actor, input: &BasisInput) -> Result<Basis, AppError> {
        self.authorize(actor, Operation::SetUp, &Where::default())?;
        let as_of = day_of(&input.as_of)?;
        let mut lines = self.basis_lines(&input.lines)?;
        if !input.people.trim().is_empty() {
            let part = self.pemda().digits().to_string().into();
            lines.push(BasisLine { by: SumBy::Place, part, people: count_of(&input.people)? });
        }
        lines.sort_by(|one, other| (one.by, &one.part).cmp(&(other.by, &other.part)));
        if lines.is_empty() {
            return Err(AppError::usage("COVERAGE_WORDS", "people"));
        }
        if let Some(pair) =
            lines.windows(2).find(|two| (two[0].by, &two[0].part) == (two[1].by, &two[1].part))
        {
            return Err(AppError::usage("BASIS_LINE_BAD", typed(&pair[0].part)));
        }
        let basis = Basis {
            id: self.environment.new_id(),
            code: words(&input.code, "code")?,
            name: words(&input.name, "name")?,
            source: words(&input.source, "source")?,
            definition: words(&input.definition, "definition")?,
            as_of,
            set_by: actor.id,
            set_at_ms: self.now_ms(),
        };
        self.store.write(|tx| {
            let before =
                store::coverage::bases(tx)?.into_iter().rfind(|one| one.code == basis.code);
            if let Some(before) = before
                && is_same(&before, &basis)
                && store::coverage::lines(tx, before.id)? == lines
            {
                return Ok(before);
            }
            store::coverage::add_basis(tx, &basis, &lines)?;
            let id = basis.id.as_bytes();
            self.record(tx, actor, "coverage-basis-set", "coverage-basis", id)?;
            Ok(basis)
        })
    }

    /// Keeps a target; what was set before stays to be seen, and the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `NOT_A_REGION`, `NOT_A_DAY`, `NOT_A_COUNT`, `FIELD_EMPTY`.
    pub fn set_coverage_target(
        &self,
        actor: &Actor,
        input: &TargetInput,
    ) -> Result<Target, AppError> {
        self.authorize(actor, Operation::SetUp, &Where::default())?;
        let place = self.wall_place(&input.place)?;
        let target = Target {
            id: self.environment.new_id(),
            by: SumBy::Place,
            part: place.digits().to_string().into(),
            due: day_of(&input.due)?,
            aim: aim_of(&input.aim)?,
            source: words(&input.source, "source")?,
            set_by: actor.id,
            set_at_ms: self.now_ms(),
        };
        self.store.write(|tx| {
            let found = store::coverage::targets(tx)?.into_iter();
            let of = |one: &Target| (one.by, one.part.clone(), one.due);
            let own = found.filter(|one| of(one) == of(&target));
            let before = own.max_by_key(|one| one.set_at_ms);
            let is_same = |one: &Target| (one.aim, &one.source) == (target.aim, &target.source);
            if let Some(before) = before.filter(is_same) {
                return Ok(before);
            }
            store::coverage::add_target(tx, &target)?;
            let id = target.id.as_bytes();
            self.record(tx, actor, "coverage-target-set", "coverage-target", id)?;
            Ok(target)
        })
    }

    /// Every target that was set, by region and day, the oldest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn coverage_targets(&self, actor: &Actor) -> Result<Vec<Target>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Where::default())?;
        Ok(self.store.read(store::coverage::targets)?)
    }

    /// Every count that was set, by code, the oldest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn coverage_bases(&self, actor: &Actor) -> Result<Vec<Basis>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Where::default())?;
        Ok(self.store.read(store::coverage::bases)?)
    }

    /// Draws the sums of cover up anew from the months; how many had been wrong.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn rebuild_cover_sums(&self, actor: &Actor) -> Result<usize, AppError> {
        self.authorize(actor, Operation::Operate, &Where::default())?;
        self.store.write(|tx| {
            let wrong = store::cover_sums::differing(tx)?;
            if wrong > 0 {
                store::cover_sums::rebuild(tx, self.now_ms())?;
                self.record_count(tx, actor, "cover-sums-rebuilt", "cover-sum", wrong as u64)?;
            }
            Ok(wrong)
        })
    }

    /// How many sums of cover are not those of the months.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn differing_cover_sums(&self, actor: &Actor) -> Result<usize, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Where::default())?;
        Ok(self.store.read(store::cover_sums::differing)?)
    }

    fn basis_lines(&self, text: &str) -> Result<Vec<BasisLine>, AppError> {
        let mut lines = Vec::new();
        for (at, line) in text.lines().map(str::trim).enumerate() {
            if line.is_empty() || (at == 0 && !line.bytes().any(|byte| byte.is_ascii_digit())) {
                continue;
            }
            let bad = || AppError::usage("BASIS_LINE_BAD", (at + 1).to_string());
            let cells: Vec<&str> = line.split([',', ';', '\t']).map(str::trim).collect();
            let [what, part, people] = cells[..] else { return Err(bad()) };
            let (by, part) = self.basis_part(what, part).ok_or_else(bad)?;
            lines.push(BasisLine { by, part, people: count_of(people).map_err(|_| bad())? });
        }
        match lines.len() > LINES_MOST {
            true => Err(AppError::usage("BASIS_LINE_BAD", LINES_MOST.to_string())),
            false => Ok(lines),
        }
    }

    fn basis_part(&self, what: &str, part: &str) -> Option<(SumBy, Box<str>)> {
        match what.to_lowercase().as_str() {
            "wilayah" | "place" => {
                let region = RegionCode::parse(part).filter(|one| self.pemda().contains(*one))?;
                Some((SumBy::Place, region.digits().to_string().into()))
            }
            "pekerjaan" | "occupation" => {
                let key = OccupationKey(part.into());
                self.occupations.get(&key).map(|one| (SumBy::Occupation, (*one.key.0).into()))
            }
            "jenis-kelamin" | "sex" => matches!(part, "L" | "P").then(|| (SumBy::Sex, part.into())),
            "usia" | "age" => {
                let band = part.parse().ok().and_then(AgeBand::from_years)?;
                Some((SumBy::Age, band.years().0.to_string().into()))
            }
            _ => None,
        }
    }
}

/// Whether two counts say the same, whoever set them and when.
fn is_same(one: &Basis, other: &Basis) -> bool {
    let said = |basis: &Basis| {
        let Basis { name, source, definition, as_of, .. } = basis.clone();
        (name, source, definition, as_of)
    };
    said(one) == said(other)
}

fn words(text: &str, field: &str) -> Result<Box<str>, AppError> {
    let text = text.trim();
    match text.is_empty() || text.chars().count() > WORDS_MOST {
        true => Err(AppError::usage("COVERAGE_WORDS", field)),
        false => Ok(text.into()),
    }
}

fn day_of(text: &str) -> Result<Day, AppError> {
    Day::parse_iso(text.trim()).ok_or_else(|| AppError::usage("NOT_A_DAY", typed(text)))
}

/// "12.633" or "12633".
fn count_of(text: &str) -> Result<u64, AppError> {
    let bad = || AppError::usage("NOT_A_COUNT", typed(text));
    let parts: Vec<&str> = text.trim().split('.').collect();
    let grouped = parts.iter().skip(1).all(|part| part.len() == 3);
    let digits = parts.concat();
    match grouped && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        true => digits.parse().ok().filter(|count| *count <= i64::MAX as u64).ok_or_else(bad),
        false => Err(bad()),
    }
}

/// "12.633" people, or "52,69%" of those there are.
fn aim_of(text: &str) -> Result<Aim, AppError> {
    let text = text.trim();
    let Some(share) = text.strip_suffix('%') else { return Ok(Aim::People(count_of(text)?)) };
    let bad = || AppError::new(ErrorKind::Usage, "NOT_A_COUNT", typed(text));
    let share = share.trim().replace(',', ".");
    let (whole, rest) = share.split_once('.').unwrap_or((&share, ""));
    let digits = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) {
        return Err(bad());
    }
    // A per cent has four more digits to a millionth.
    let ppm: i64 = format!("{whole}{rest:0<4}").parse().map_err(|_| bad())?;
    match ppm <= 1_000_000 {
        true => Ok(Aim::Share(Ppm(ppm))),
        false => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_people_or_a_share() {
        assert_eq!(aim_of("12.633").ok(), Some(Aim::People(12_633)));
        assert_eq!(aim_of("12633").ok(), Some(Aim::People(12_633)));
        assert_eq!(aim_of("52,69%").ok(), Some(Aim::Share(Ppm(526_900))));
        assert_eq!(aim_of("99.5 %").ok(), Some(Aim::Share(Ppm(995_000))));
        assert_eq!(aim_of("100%").ok(), Some(Aim::Share(Ppm(1_000_000))));
        for bad in ["", "%", "101%", "1.26", "12,5", "-3", "3 orang", "1,23456%"] {
            assert!(aim_of(bad).is_err(), "{bad}");
        }
    }
}
