//! One row, field by field. Each step takes what it needs and adds its problems.

use std::collections::HashMap;

use base::region::PrefixStatus;
use base::{
    CellKind, Day, Field, Nik, NikProblem, NoKk, PersonName, Phone, Problem, ProblemCode, RawRow,
    RawValue, Rupiah, Sex,
};

use super::date::{DateOptions, DateReading, read_date, split_place_date};
use super::digits::{Digits, Shape};
use super::file_check::mother_key;
use super::repair::{self, Witness};
use super::{Draft, DraftContext, Memo, age_problem, ditto, is_absent, neighbourhood, place, slot};
use crate::occupation::{OccupationKey, OccupationMatch};

/// Occupation words already looked up.
pub(super) type OccupationMemo = HashMap<Box<str>, OccupationMatch>;

/// Distinct words kept; a column of free text must not fill the memory.
const MEMO_MAX: usize = 50_000; // not law: some megabytes

/// A row being read: its cells by field, and what is wrong so far.
struct Reader<'a> {
    cells: [Option<&'a RawValue>; Field::ALL.len()],
    problems: Vec<Problem>,
    ctx: &'a DraftContext<'a>,
}

/// What the identity cells gave.
struct Identity {
    nik: Option<Nik>,
    /// Digits that are no NIK, kept for a proposal.
    broken: Option<Digits>,
    name: Option<PersonName>,
}

pub(super) fn read_row(
    row: &RawRow,
    ctx: &DraftContext<'_>,
    memo: &mut Memo,
) -> (Draft, Vec<Problem>) {
    let mut reader = Reader::new(row, ctx);
    let facts = ctx.facts(row.table);
    let rounding = facts.map(|facts| facts.nik_rounding).unwrap_or_default();
    let identity = reader.identity(rounding);
    let typed_sex = reader.sex();
    let (birth_place, reading) = reader.birth_cells();
    let birth = reader.birth(reading, identity.nik);
    let no_kk = reader.no_kk();
    let (nik, no_kk) = reader.tell_from_kk(identity.nik, no_kk, birth);
    reader.propose(identity.broken, birth, typed_sex);
    reader.compare_with_nik(nik, birth, typed_sex);
    let (birth, sex) = reader.fill_from_nik(nik, birth, reading, typed_sex);
    if let Some(birth) = birth {
        reader.problems.extend(age_problem(birth, ctx.today, ctx.rulebook));
    }
    let (rt, rw) = reader.neighbourhoods();
    let (occupation, occupation_typed) = reader.occupation(&mut memo.occupations);
    let normal_name = identity.name.as_ref().map(|name| linkage::normalise_name(name.as_str()));
    let mother = reader.text(Field::MotherName).and_then(|text| PersonName::parse(text).ok());
    let draft = Draft {
        sheet: row.sheet,
        table: row.table,
        row: row.row,
        key: row.key.clone(),
        nik,
        nik_at: reader.value(Field::Nik).map(|value| value.at),
        no_kk,
        normal_name: normal_name.unwrap_or_default().into(),
        name: identity.name,
        birth_place,
        birth,
        sex,
        address: reader.typed(Field::Address),
        rt,
        rw,
        village_typed: reader.typed(Field::Village),
        district_typed: reader.typed(Field::District),
        place: reader.place(row.table, &mut memo.places),
        occupation,
        occupation_typed,
        facility: reader.typed(Field::Facility),
        facility_at: reader.value(Field::Facility).map(|value| value.at),
        phone: reader.phone(),
        mother_key: mother.as_ref().map_or(0, |name| mother_key(name.as_str())),
        mother,
        income: reader.income(),
        note: reader.typed(Field::Note),
        content: digest(row),
    };
    (draft, reader.problems)
}

impl<'a> Reader<'a> {
    fn new(row: &'a RawRow, ctx: &'a DraftContext<'a>) -> Reader<'a> {
        let mut cells = [None; Field::ALL.len()];
        let mut problems = Vec::new();
        for value in &row.cells {
            let code = match value.cell.kind {
                CellKind::Error => Some(ProblemCode::CellError),
                CellKind::FormulaWithoutValue => Some(ProblemCode::FormulaWithoutValue),
                _ => None,
            };
            // A broken note is nobody's loss.
            if let Some(code) = code.filter(|_| value.field != Field::Note) {
                problems.push(Problem::of_cell(code, value.field, value.at));
            }
            let kept = &mut cells[slot(value.field)];
            if kept.is_none() {
                *kept = Some(value);
            }
        }
        Reader { cells, problems, ctx }
    }

    fn value(&self, field: Field) -> Option<&'a RawValue> {
        self.cells[slot(field)]
    }

    /// A cell that can be read: neither blank nor an error nor a word for nothing.
    fn text(&self, field: Field) -> Option<&'a str> {
        let value = self.value(field).filter(|value| is_readable(value))?;
        let text = value.cell.text.trim();
        (!is_absent(text) && !ditto::is_ditto(text)).then_some(text)
    }

    /// A cell kept as typed, its white space folded.
    fn typed(&self, field: Field) -> Option<Box<str>> {
        self.text(field).map(folded)
    }

    fn add(&mut self, code: ProblemCode, field: Field) -> &mut Problem {
        let mut problem = Problem::of_row(code);
        problem.field = Some(field);
        problem.cell = self.value(field).map(|value| value.at);
        self.problems.push(problem);
        self.problems.last_mut().expect("one was pushed")
    }

    /// NIK and name, which may stand in each other's cell.
    fn identity(&mut self, rounding: super::column::NikRounding) -> Identity {
        let (nik_cell, name_cell) = (self.value(Field::Nik), self.value(Field::Name));
        let in_name = name_cell.map(|value| Digits::read(&value.cell.text));
        let swapped = in_name.is_some_and(|digits| {
            let nearly = (15..=17).contains(&digits.as_str().len());
            let letters = nik_cell.is_some_and(|value| PersonName::parse(&value.cell.text).is_ok());
            digits.shape == Shape::Digits && nearly && letters
        });
        let (nik_cell, name_cell) = match swapped {
            true => {
                self.add(ProblemCode::NikNameSwapped, Field::Nik);
                (name_cell, nik_cell)
            }
            false => (nik_cell, name_cell),
        };
        let name = self.name(name_cell);
        let (nik, broken) = self.nik(nik_cell, rounding);
        Identity { nik, broken, name }
    }

    fn name(&mut self, cell: Option<&RawValue>) -> Option<PersonName> {
        use base::person::NameProblem;
        if cell.is_some_and(|value| !is_readable(value)) {
            return None;
        }
        let text = cell.map_or("", |value| &*value.cell.text);
        let text = if is_absent(text) || ditto::is_ditto(text) { "" } else { text };
        let code = match PersonName::parse(text) {
            Ok(name) => return Some(name),
            Err(NameProblem::Empty) => ProblemCode::NameMissing,
            Err(NameProblem::NotAName) => ProblemCode::NameNotAName,
            Err(NameProblem::TooLong) => ProblemCode::NameTooLong,
        };
        self.add(code, Field::Name);
        None
    }

    fn nik(
        &mut self,
        cell: Option<&RawValue>,
        rounding: super::column::NikRounding,
    ) -> (Option<Nik>, Option<Digits>) {
        let Some(value) = cell else {
            self.add(ProblemCode::NikMissing, Field::Nik);
            return (None, None);
        };
        if !is_readable(value) {
            return (None, None);
        }
        let digits = Digits::read(&value.cell.text);
        let by_column = match value.cell.kind {
            CellKind::Number => rounding.numbers,
            _ => rounding.texts,
        };
        let rounded = digits.shape == Shape::Scientific
            || digits.lost_serial(value.cell.kind)
            || (by_column && digits.may_be_rounded());
        let code = match digits.shape {
            _ if rounded => ProblemCode::NikRounded,
            Shape::Absent => ProblemCode::NikMissing,
            Shape::Other | Shape::Scientific => ProblemCode::NikNotDigits,
            Shape::Digits => match Nik::parse(digits.as_str()) {
                Ok(nik) => {
                    if digits.letters_read {
                        let problem = self.add(ProblemCode::NikLettersReadAsDigits, Field::Nik);
                        problem.suggestion = Some(digits.as_str().into());
                    }
                    return (Some(nik), None);
                }
                Err(problem) => nik_code(problem),
            },
        };
        let problem = self.add(code, Field::Nik);
        if code == ProblemCode::NikLength {
            problem.detail = Some(digits.as_str().len().to_string().into());
        }
        let may_be_mended = digits.shape == Shape::Digits && !rounded;
        (None, may_be_mended.then_some(digits))
    }

    fn no_kk(&mut self) -> Option<NoKk> {
        let digits = Digits::read(self.text(Field::NoKk)?);
        let read = NoKk::parse(digits.as_str()).ok().filter(|_| digits.shape == Shape::Digits);
        if read.is_none() {
            self.add(ProblemCode::KkMalformed, Field::NoKk);
        }
        read
    }

    fn sex(&mut self) -> Option<Sex> {
        let typed = self.text(Field::Sex)?;
        let sex = Sex::parse(typed);
        if sex.is_none() {
            self.add(ProblemCode::SexUnreadable, Field::Sex);
        }
        sex
    }

    /// Birth place and date out of their two cells or the one that holds both.
    fn birth_cells(&mut self) -> (Option<Box<str>>, DateReading) {
        let options = DateOptions { today: self.ctx.today, epoch_1904: self.ctx.epoch_1904 };
        let mut reading = DateReading::Absent;
        let mut split_off = None;
        for field in [Field::BirthDate, Field::BirthPlaceDate, Field::BirthPlace] {
            let Some(value) = self.value(field).filter(|value| is_readable(value)) else {
                continue;
            };
            let text = value.cell.text.trim();
            let mut found = match field {
                Field::BirthPlace => DateReading::Absent,
                _ => read_date(text, value.cell.kind, options),
            };
            let (before, date) = split_place_date(text);
            let is_combined = found == DateReading::Unreadable || field == Field::BirthPlace;
            if is_combined && (date.len() >= 4 || field == Field::BirthPlaceDate) {
                found = read_date(date, CellKind::Text, options);
                split_off = split_off.or(Some(before).filter(|place| !is_absent(place)));
            }
            if reading == DateReading::Absent {
                reading = found;
            }
        }
        let place = self.text(Field::BirthPlace).map(|text| split_place_date(text).0);
        let place = place.filter(|place| !place.is_empty()).or(split_off);
        (place.map(folded), reading)
    }

    /// The birth date, day and month settled by the NIK where the writing leaves them open.
    fn birth(&mut self, reading: DateReading, nik: Option<Nik>) -> Option<Day> {
        let DateReading::Day { day, other, by_spreadsheet } = reading else {
            if reading == DateReading::Unreadable {
                self.add(ProblemCode::BirthDateUnreadable, self.birth_field());
            }
            return None;
        };
        let agrees = |day: Day| nik.is_some_and(|nik| nik.agrees_with_birth(day));
        let chosen = match other {
            Some(other) if !agrees(day) && agrees(other) && !by_spreadsheet => other,
            Some(other) if !agrees(day) && (agrees(other) || !by_spreadsheet) => {
                let field = self.birth_field();
                self.add(ProblemCode::BirthDateAmbiguous, field).suggestion =
                    Some(other.to_string().into());
                day
            }
            _ => day,
        };
        let in_range = chosen <= self.ctx.today && chosen.age_on(self.ctx.today) < AGE_MAX;
        if !in_range {
            self.add(ProblemCode::BirthDateOutOfRange, self.birth_field());
        }
        in_range.then_some(chosen)
    }

    /// The field whose cell holds the birth date.
    fn birth_field(&self) -> Field {
        let held = |field: &Field| self.value(*field).is_some();
        [Field::BirthDate, Field::BirthPlaceDate, Field::BirthPlace]
            .into_iter()
            .find(held)
            .unwrap_or(Field::BirthDate)
    }

    /// Tells a family card number in the NIK column, and a NIK in the KK column.
    fn tell_from_kk(
        &mut self,
        nik: Option<Nik>,
        no_kk: Option<NoKk>,
        birth: Option<Day>,
    ) -> (Option<Nik>, Option<NoKk>) {
        let Some(read) = nik else { return (None, no_kk) };
        let in_both = no_kk.is_some_and(|kk| kk.as_u64() == read.as_u64());
        if in_both && birth.is_some_and(|birth| read.agrees_with_birth(birth)) {
            self.add(ProblemCode::KkMalformed, Field::NoKk);
            return (nik, None);
        }
        if in_both || looks_like_kk(read, birth, self.ctx.today) {
            self.add(ProblemCode::NikIsKk, Field::Nik);
            return (None, no_kk);
        }
        (nik, no_kk)
    }

    /// A proposal for a number that is no NIK.
    fn propose(&mut self, broken: Option<Digits>, birth: Option<Day>, sex: Option<Sex>) {
        let gazetteer = self.ctx.gazetteer;
        let (Some(digits), Some(birth)) = (broken, birth) else { return };
        let mended = repair::any_slip(digits.as_str(), Witness { birth, sex, gazetteer });
        if let (Some(mended), Some(problem)) = (mended, self.nik_problem()) {
            problem.suggestion = Some(mended.into());
        }
    }

    /// The NIK against the row's own date, sex and the list of regions.
    fn compare_with_nik(&mut self, nik: Option<Nik>, birth: Option<Day>, sex: Option<Sex>) {
        let gazetteer = self.ctx.gazetteer;
        let Some(nik) = nik else { return };
        if gazetteer.prefix_status(nik.region()) == PrefixStatus::Unknown {
            self.add(ProblemCode::NikRegionUnknown, Field::Nik);
        }
        if let Some(birth) = birth.filter(|birth| !nik.agrees_with_birth(*birth)) {
            let witness = Witness { birth, sex, gazetteer };
            let mended = repair::swapped_digits(&nik.reveal(), witness);
            let problem = self.add(ProblemCode::NikBirthDiffers, Field::Nik);
            problem.suggestion = mended.map(String::into_boxed_str);
        }
        if sex.is_some_and(|sex| sex != nik.sex()) {
            self.add(ProblemCode::NikSexDiffers, Field::Sex);
        }
    }

    /// The NIK problem that a proposal belongs to.
    fn nik_problem(&mut self) -> Option<&mut Problem> {
        self.problems.iter_mut().find(|problem| {
            let code = problem.code;
            code >= ProblemCode::NikNotDigits && code <= ProblemCode::NikSerial
        })
    }
}

/// Ages that nobody living has.
const AGE_MAX: i32 = 110; // not law: the span in which a two-digit year is read

/// Younger people are not on lists of workers, but family cards are.
const AGE_OF_WORK: i32 = 15;

/// Family cards of today's kind are not older than this.
const AGE_OF_CARDS: i32 = 25;

/// Whether a well-formed "NIK" is a family card number: those carry the day the card was made,
/// which is recent and nobody's birthday, and never the forty days added for women.
fn looks_like_kk(nik: Nik, birth: Option<Day>, today: Day) -> bool {
    let Some(inside) = nik.birth(today).filter(|_| nik.sex() == Sex::Male) else { return false };
    let age = inside.day.age_on(today);
    match birth {
        None => age < AGE_OF_WORK,
        Some(birth) if nik.agrees_with_birth(birth) => false,
        Some(birth) => {
            let other_day = birth.day() != inside.day.day() && birth.month() != inside.day.month();
            let years_apart = (birth.age_on(today) - age).abs();
            (age < AGE_OF_WORK && birth.age_on(today) >= AGE_OF_WORK)
                || (age < AGE_OF_CARDS && other_day && years_apart >= 10)
        }
    }
}

fn nik_code(problem: NikProblem) -> ProblemCode {
    match problem {
        NikProblem::Empty => ProblemCode::NikMissing,
        NikProblem::NotDigits => ProblemCode::NikNotDigits,
        NikProblem::Length(_) => ProblemCode::NikLength,
        NikProblem::Province => ProblemCode::NikProvince,
        NikProblem::Date | NikProblem::ImpossibleDate => ProblemCode::NikDate,
        NikProblem::Serial => ProblemCode::NikSerial,
    }
}

impl<'a> Reader<'a> {
    /// Birth date and sex, taken from the NIK where the row has none.
    fn fill_from_nik(
        &mut self,
        nik: Option<Nik>,
        birth: Option<Day>,
        reading: DateReading,
        sex: Option<Sex>,
    ) -> (Option<Day>, Option<Sex>) {
        let inside = nik.and_then(|nik| nik.birth(self.ctx.today)).map(|reading| reading.day);
        let birth = birth.or_else(|| self.birth_from_nik(inside, reading));
        if let (None, Some(nik)) = (sex, nik) {
            self.add(ProblemCode::SexFromNik, Field::Sex);
            return (birth, Some(nik.sex()));
        }
        (birth, sex)
    }

    fn birth_from_nik(&mut self, inside: Option<Day>, reading: DateReading) -> Option<Day> {
        let field = self.birth_field();
        let is_broken = self.value(field).is_some_and(|value| !is_readable(value));
        match (reading, inside) {
            (DateReading::Absent, _) if is_broken => None,
            (DateReading::Absent, Some(_)) => {
                self.add(ProblemCode::BirthDateFromNik, field);
                inside
            }
            (DateReading::YearOnly(year), Some(day)) if day.year() == year => {
                self.add(ProblemCode::BirthDateFromNik, field);
                inside
            }
            (DateReading::Absent, None) => {
                self.add(ProblemCode::BirthDateMissing, field);
                None
            }
            (DateReading::YearOnly(_), _) => {
                let problem = self.add(ProblemCode::BirthDateUnreadable, field);
                problem.suggestion = inside.map(|day| day.to_string().into());
                None
            }
            (DateReading::Unreadable | DateReading::Day { .. }, _) => {
                let said = [ProblemCode::BirthDateUnreadable, ProblemCode::BirthDateOutOfRange];
                let problem = self.problems.iter_mut().find(|p| said.contains(&p.code));
                if let (Some(problem), Some(day)) = (problem, inside) {
                    problem.suggestion = Some(day.to_string().into());
                }
                None
            }
        }
    }

    fn neighbourhoods(&self) -> (Option<super::Neighbourhood>, Option<super::Neighbourhood>) {
        let cell = |field| {
            // "3/2" that a spreadsheet turned into a date is not worth guessing at.
            let value = self.value(field).filter(|value| value.cell.kind != CellKind::Date);
            value.and_then(|_| self.text(field))
        };
        let (rt, rw_beside) = cell(Field::Rt).map(neighbourhood::read_pair).unwrap_or_default();
        let (first, second) = cell(Field::Rw).map(neighbourhood::read_pair).unwrap_or_default();
        // An RW cell of one number holds the RW, of two numbers RT and RW.
        let (rt_beside, rw) = if second.is_some() { (first, second) } else { (None, first) };
        let (rt, rw) = (rt.or(rt_beside), rw.or(rw_beside));
        if rt.is_some() || rw.is_some() {
            return (rt, rw);
        }
        self.text(Field::Address).and_then(neighbourhood::labelled).unwrap_or_default()
    }

    fn place(&mut self, table: u16, memo: &mut place::PlaceMemo) -> Option<base::RegionCode> {
        let facts = self.ctx.facts(table);
        let village = self.text(Field::Village).or(facts.and_then(|f| f.village.as_deref()));
        let district = self.text(Field::District).or(facts.and_then(|f| f.district.as_deref()));
        let options = place::PlaceOptions {
            gazetteer: self.ctx.gazetteer,
            territory: self.ctx.territory,
            sender: self.ctx.sender,
        };
        let reading = memo.read(village.unwrap_or(""), district.unwrap_or(""), options);
        if let Some(code) = reading.problem {
            let by_district = code == ProblemCode::PlaceOutside || village.is_none();
            let field = if by_district { Field::District } else { Field::Village };
            let name = reading.suggestion.and_then(|code| self.ctx.gazetteer.name(code));
            self.add(code, field).suggestion = name.map(Box::from);
        }
        reading.place
    }

    fn occupation(
        &mut self,
        memo: &mut OccupationMemo,
    ) -> (Option<OccupationKey>, Option<Box<str>>) {
        let Some(typed) = self.text(Field::Occupation) else {
            let default = self.ctx.default_occupation.clone();
            let is_broken = self.value(Field::Occupation).is_some_and(|v| !is_readable(v));
            if default.is_none() && !is_broken {
                self.add(ProblemCode::OccupationMissing, Field::Occupation);
            }
            return (default, None);
        };
        let found = match memo.get(typed) {
            Some(found) => found.clone(),
            None => {
                let found = self.ctx.occupations.find(typed);
                if memo.len() < MEMO_MAX {
                    memo.insert(typed.into(), found.clone());
                }
                found
            }
        };
        let key = match found {
            OccupationMatch::Exact(key) | OccupationMatch::Synonym(key) => Some(key),
            OccupationMatch::Near(key) => {
                let label = self.ctx.occupations.get(&key).map(|known| known.label.clone());
                self.add(ProblemCode::OccupationUnknown, Field::Occupation).suggestion = label;
                Some(key)
            }
            OccupationMatch::Unknown => {
                self.add(ProblemCode::OccupationUnknown, Field::Occupation);
                None
            }
        };
        (key, Some(folded(typed)))
    }

    fn phone(&mut self) -> Option<Phone> {
        let typed = self.text(Field::Phone)?;
        // Two numbers in one cell: the first is the one to call.
        let parts = typed.split(['/', ',', ';']);
        let phone = Phone::parse(typed).or_else(|| parts.into_iter().find_map(Phone::parse));
        if phone.is_none() {
            self.add(ProblemCode::PhoneUnreadable, Field::Phone);
        }
        phone
    }

    fn income(&mut self) -> Option<Rupiah> {
        let income = Rupiah::parse(self.text(Field::Income)?);
        if income.is_none() {
            self.add(ProblemCode::IncomeUnreadable, Field::Income);
        }
        income
    }
}

/// Neither a spreadsheet error nor a formula without its value.
fn is_readable(value: &RawValue) -> bool {
    !matches!(value.cell.kind, CellKind::Error | CellKind::FormulaWithoutValue)
}

/// The text with single spaces; most cells need no folding.
fn folded(text: &str) -> Box<str> {
    let plain = text.is_ascii() && !text.contains("  ") && !text.bytes().any(|b| b < b' ');
    if plain { text.into() } else { base::person::fold_spaces(text).into() }
}

/// Where the digest FNV-1a begins.
pub(super) const FNV_START: u64 = 0xcbf2_9ce4_8422_2325; // not law: FNV offset basis

/// One step of the digest FNV-1a.
pub(super) fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3) // not law: FNV prime
}

/// Digest of a row's cells by field and visible characters: neither the kind of a cell, nor the
/// order of columns, nor white space and the text apostrophe count.
fn digest(row: &RawRow) -> u64 {
    row.cells.iter().fold(0u64, |sum, value| {
        let mut hash = fnv(FNV_START, slot(value.field) as u8);
        let text = &value.cell.text;
        let text = text.trim_start().strip_prefix('\'').unwrap_or(text);
        let mut empty = true;
        for c in text.chars().filter(|c| !c.is_whitespace() && !c.is_control()) {
            empty = false;
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                hash = fnv(hash, byte);
            }
        }
        // Blank cells are left out of a row, so they must not count when they are there.
        if empty { sum } else { sum.wrapping_add(hash) }
    })
}
