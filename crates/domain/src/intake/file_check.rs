//! What can only be seen across the rows of one file: the same person twice, one NIK for two
//! people, one person under two NIKs.
//!
//! It is fed the drafts in order and keeps some hundred bytes of each, names included, so a file of
//! a million rows fits.

use std::collections::HashMap;

use base::{CellAddress, Day, Field, Nik, Problem, ProblemCode, RegionCode};
use linkage::{NameAgreement, normal_names_agree, same_person_key};

use super::Draft;

/// Where a row stands: the sheet's place in the file and the row.
pub type RowPlace = (u16, u32);

/// The rows seen so far.
#[derive(Default)]
pub struct FileCheck {
    rows: Vec<Seen>,
    /// All normalised names, one after the other.
    names: String,
    /// The first row of each NIK.
    by_nik: HashMap<u64, u32>,
    /// The first row of each name and birth date.
    by_person: HashMap<u64, u32>,
    /// Problems of rows already answered for.
    late: Vec<(RowPlace, Problem)>,
}

/// What is kept of a row.
struct Seen {
    sheet: u16,
    row: u32,
    nik: u64,
    birth: Option<Day>,
    place: Option<RegionCode>,
    name: (u32, u16),
    mother: u64,
    nik_at: Option<CellAddress>,
    /// Whether this row has already been told of sharing its NIK.
    told_shared: bool,
    /// Whether this row has already been told of another NIK.
    told_other: bool,
    /// The next row before it with the same name and birth date, plus one; zero at the end.
    same_person_before: u32,
}

impl FileCheck {
    /// Takes the next row; returns what is wrong with it in the light of those before.
    ///
    /// What a later row reveals about an earlier one is kept for [`FileCheck::finish`].
    pub fn add(&mut self, draft: &Draft) -> Vec<Problem> {
        let mut problems = Vec::new();
        let Some(nik) = draft.nik else { return problems };
        let this = self.remember(draft, nik);
        if let Some(&first) = self.by_nik.get(&nik.as_u64()) {
            problems.extend(self.same_nik(first as usize, this, nik));
        } else {
            self.by_nik.insert(nik.as_u64(), this as u32);
        }
        problems.extend(self.other_nik(draft, this));
        problems
    }

    /// What later rows revealed about earlier ones, in the order of the rows concerned.
    pub fn finish(mut self) -> Vec<(RowPlace, Problem)> {
        self.late.sort_by_key(|(place, problem)| (*place, problem.code));
        self.late
    }

    fn remember(&mut self, draft: &Draft, nik: Nik) -> usize {
        let name = (self.names.len() as u32, draft.normal_name.len() as u16);
        self.names.push_str(&draft.normal_name);
        self.rows.push(Seen {
            sheet: draft.sheet,
            row: draft.row,
            nik: nik.as_u64(),
            birth: draft.birth,
            place: draft.place,
            name,
            mother: draft.mother_key,
            nik_at: draft.nik_at,
            told_shared: false,
            told_other: false,
            same_person_before: 0,
        });
        self.rows.len() - 1
    }

    fn name(&self, at: usize) -> &str {
        let (start, len) = self.rows[at].name;
        &self.names[start as usize..start as usize + usize::from(len)]
    }

    /// The NIK has been seen: one person twice, or two people.
    fn same_nik(&mut self, first: usize, this: usize, nik: Nik) -> Option<Problem> {
        let names = (self.name(first), self.name(this));
        // A row without a name claims nobody else.
        let one_person = names.0.is_empty()
            || names.1.is_empty()
            || normal_names_agree(names.0, names.1) != NameAgreement::Different;
        if one_person && !self.rows[first].told_shared {
            return Some(self.about(ProblemCode::DuplicateInFile, this, first));
        }
        if one_person {
            // The number is already in doubt, so a second row of its holder is too.
            return Some(self.about(ProblemCode::NikShared, this, first));
        }
        // A number that is neither's birth date was made for neither: a family card number.
        let owns = |at: usize| self.rows[at].birth.is_some_and(|day| nik.agrees_with_birth(day));
        let is_kk = nik.sex() == base::Sex::Male && !owns(first) && !owns(this);
        let code = if is_kk { ProblemCode::NikIsKk } else { ProblemCode::NikShared };
        if !self.rows[first].told_shared {
            self.rows[first].told_shared = true;
            let problem = self.about(code, first, this);
            self.late.push((self.place_of(first), problem));
        }
        self.rows[this].told_shared = true;
        Some(self.about(code, this, first))
    }

    /// Looks for the same person under another NIK.
    fn other_nik(&mut self, draft: &Draft, this: usize) -> Option<Problem> {
        let birth = draft.birth.filter(|_| !draft.normal_name.is_empty())?;
        let key = same_person_key(&draft.normal_name, birth);
        let last = self.by_person.insert(key, this as u32)?;
        self.rows[this].same_person_before = last + 1;
        let mut before = last + 1;
        let mut steps = 0;
        while before > 0 && steps < NEAREST {
            let earlier = before as usize - 1;
            if self.is_same_person(earlier, this, birth) {
                if !self.rows[earlier].told_other {
                    self.rows[earlier].told_other = true;
                    let problem = self.about(ProblemCode::SamePersonOtherNik, earlier, this);
                    self.late.push((self.place_of(earlier), problem));
                }
                self.rows[this].told_other = true;
                return Some(self.about(ProblemCode::SamePersonOtherNik, this, earlier));
            }
            before = self.rows[earlier].same_person_before;
            steps += 1;
        }
        None
    }

    fn is_same_person(&self, earlier: usize, this: usize, birth: Day) -> bool {
        let claimed = |at: usize| {
            let Seen { nik, place, mother, .. } = self.rows[at];
            Claimed { nik, birth, name: self.name(at), mother, place }
        };
        self.rows[earlier].birth == Some(birth) && claimed(earlier).looks_like(&claimed(this))
    }

    /// A problem of a row's NIK that points at another row.
    fn about(&self, code: ProblemCode, at: usize, other: usize) -> Problem {
        let mut problem = Problem::of_row(code).with_detail(self.rows[other].row.to_string());
        problem.field = Some(Field::Nik);
        problem.cell = self.rows[at].nik_at;
        problem
    }

    fn place_of(&self, at: usize) -> RowPlace {
        (self.rows[at].sheet, self.rows[at].row)
    }
}

/// What a row claims of its person.
pub(crate) struct Claimed<'a> {
    pub(crate) nik: u64,
    pub(crate) birth: Day,
    /// In comparable form.
    pub(crate) name: &'a str,
    /// A number that writings of the mother's name share; 0 when she is not named.
    pub(crate) mother: u64,
    pub(crate) place: Option<RegionCode>,
}

impl Claimed<'_> {
    /// Whether two rows look like one person under two numbers.
    pub(crate) fn looks_like(&self, other: &Claimed<'_>) -> bool {
        let mothers =
            (self.mother != 0 && other.mother != 0).then_some(self.mother == other.mother);
        let same_village =
            self.place.is_some_and(|place| place.level() == 4 && other.place == Some(place));
        self.nik != other.nik
            && self.birth == other.birth
            && normal_names_agree(self.name, other.name) == NameAgreement::Same
            && witnessed(self.birth, mothers, same_village)
    }
}

/// Rows of one name and birth date that are looked at around a row, at most: a name as common as
/// its date may fill a chain.
pub(crate) const NEAREST: usize = 32;

/// Whether mother or village bear out that an equal name and birth date are one person.
///
/// `mothers` is whether they agree, when both are known. Days that registries write for people
/// who do not know theirs are shared by namesakes, so there a village is not enough.
pub(crate) fn witnessed(birth: Day, mothers: Option<bool>, same_village: bool) -> bool {
    let assumed = matches!((birth.month(), birth.day()), (1, 1) | (7, 1) | (12, 31) | (6, 30));
    match mothers {
        Some(agree) => agree,
        None => same_village && !assumed,
    }
}

/// A number that writings of one mother's name share.
pub(crate) fn mother_key(name: &str) -> u64 {
    linkage::name_key(&linkage::normalise_name(name))
}

/// Runs the check over a whole file at once, adding to the problems of every row.
pub fn check_file(rows: &mut [(Draft, Vec<Problem>)]) {
    let mut check = FileCheck::default();
    for (draft, problems) in rows.iter_mut() {
        problems.extend(check.add(draft));
    }
    let late = check.finish();
    let mut place: HashMap<RowPlace, usize> = HashMap::with_capacity(late.len());
    let concerned: std::collections::HashSet<RowPlace> = late.iter().map(|late| late.0).collect();
    for (at, (draft, _)) in rows.iter().enumerate() {
        let row = (draft.sheet, draft.row);
        if concerned.contains(&row) {
            place.insert(row, at);
        }
    }
    for (row, problem) in late {
        if let Some(at) = place.get(&row) {
            rows[*at].1.push(problem);
        }
    }
    for (_, problems) in rows.iter_mut() {
        problems.sort_by_key(|problem| problem.code);
    }
}
