//! The decision itself: each row against the file, the register, the lists and the programme.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Field, Id, Nik, Problem, ProblemCode};
use linkage::{NameAgreement, normal_names_agree, same_person_key};

use super::findings::{Findings, contested, judge_occupation, to_be_confirmed, to_be_mended};
use super::told::{self, Alike, AlikeRows, Twin};
use super::{
    Answers, Changes, Enrolment, Outcome, ReturnedRow, ReturnedRows, RowDecision, Snapshot, lists,
};
use crate::facility::FacilityBook;
use crate::intake::file_check::RowPlace;
use crate::intake::row_key::RowKey;
use crate::intake::{Draft, age_problem, file_check};
use crate::occupation::OccupationKey;
use crate::programme::Programme;
use crate::reference::ReferenceHit;
use crate::registry::{KnownPerson, Person};

pub(super) fn decide(
    enrolment: Enrolment<'_>,
    new_person: &mut dyn FnMut() -> Id<kind::Person>,
) -> Changes {
    let rows_in = enrolment.rows.len() + enrolment.skipped.len();
    let mut desk = Desk {
        index: Index::new(enrolment.snapshot),
        programme: enrolment.programme,
        rulebook: enrolment.rulebook,
        dukcapil_complete: enrolment.dukcapil_complete,
        returned: enrolment.returned,
        answers: enrolment.answers,
        facilities: enrolment.facilities,
        keys_seen: HashSet::new(),
        claims: HashMap::new(),
        alike: AlikeRows::of(&enrolment.rows),
        said: Vec::new(),
        new_person,
        changes: Changes::default(),
    };
    desk.changes.decisions.reserve(rows_in);
    for (draft, problems) in enrolment.rows {
        desk.decide_row(&draft, problems);
    }
    for &(sheet, row) in enrolment.skipped {
        desk.changes.decisions.push(RowDecision {
            sheet,
            row,
            outcome: Outcome::NotAPerson,
            person: None,
            problems: Vec::new(),
            content: 0,
            corrects: None,
            facility: None,
            occupation: None,
        });
    }
    desk.changes.decisions.sort_by_key(|decision| (decision.sheet, decision.row));
    assert_eq!(desk.changes.decisions.len(), rows_in, "every row has exactly one decision");
    desk.changes.apart = told::pairs(&desk.said, &desk.changes);
    desk.changes
}

/// Everything at hand while a file is decided row by row.
struct Desk<'a> {
    index: Index<'a>,
    programme: &'a Programme,
    rulebook: &'a rules::Rulebook,
    dukcapil_complete: bool,
    returned: &'a ReturnedRows,
    answers: &'a Answers,
    facilities: &'a FacilityBook,
    keys_seen: HashSet<RowKey>,
    /// What became of the first row of each NIK.
    claims: HashMap<Nik, Claim>,
    /// Rows that look like another one.
    alike: AlikeRows,
    /// Whose person somebody told from whom.
    said: Vec<(RowPlace, Twin)>,
    new_person: &'a mut dyn FnMut() -> Id<kind::Person>,
    changes: Changes,
}

/// What became of a row that claimed a NIK.
#[derive(Clone, Copy)]
struct Claim {
    outcome: Outcome,
    row: u32,
    contested: bool,
}

impl<'a> Desk<'a> {
    fn decide_row(&mut self, draft: &Draft, mut problems: Vec<Problem>) {
        let returned = self.returned_row(draft, &mut problems);
        let unchanged = returned.filter(|row| row.content == draft.content);
        let mut findings = Findings {
            unchanged: unchanged.is_some(),
            not_a_person: claims_nobody(draft, &problems),
            ..Findings::default()
        };
        if findings.unchanged || findings.not_a_person {
            // Nothing new is said of a row that came back as it was, or that is no person.
            problems.clear();
        } else {
            self.examine(draft, returned, &mut findings, &mut problems);
        }
        let outcome = findings.outcome();
        let person = match (outcome, unchanged) {
            (Outcome::Unchanged, Some(row)) => row.person,
            _ if outcome.is_accepted() => Some(self.enrol(draft, returned, &findings)),
            _ => findings.known.map(|known| known.id),
        };
        self.said.extend(findings.told_from.map(|twin| ((draft.sheet, draft.row), twin)));
        let claim = Claim {
            outcome: unchanged.map_or(outcome, |row| row.outcome),
            row: draft.row,
            contested: contested(&problems),
        };
        self.claim(draft, findings.known.map(|known| known.id), claim);
        self.changes.decisions.push(RowDecision {
            sheet: draft.sheet,
            row: draft.row,
            outcome,
            person,
            problems,
            content: draft.content,
            corrects: returned
                .filter(|_| outcome != Outcome::Unchanged)
                .map(|row| (row.sheet, row.sheet_index, row.row)),
            facility: self.facilities.find(draft.facility.as_deref()),
            occupation: draft.occupation.clone().filter(|_| outcome.is_accepted()),
        });
    }

    /// The earlier row that a key points at; a key that points nowhere is a problem.
    fn returned_row(&mut self, draft: &Draft, problems: &mut Vec<Problem>) -> Option<ReturnedRow> {
        let text = draft.key.as_deref().filter(|text| !text.trim().is_empty())?;
        let key = RowKey::parse(text).ok();
        let found = key.and_then(|key| Some((key, *self.returned.get(&key)?)));
        // A row copied together with its key is a new row, unless nothing was changed in it.
        let fresh =
            found.filter(|(key, row)| self.keys_seen.insert(*key) || row.content == draft.content);
        if fresh.is_none() {
            add(problems, Problem::of_row(ProblemCode::RowKeyUnknown));
        }
        fresh.map(|(_, row)| row)
    }

    /// Gathers what speaks against the row.
    fn examine(
        &self,
        draft: &Draft,
        returned: Option<ReturnedRow>,
        findings: &mut Findings<'a>,
        problems: &mut Vec<Problem>,
    ) {
        let hits = draft.nik.map_or(&[][..], |nik| self.index.hits(nik));
        let takes = lists::Takes {
            insured: !self.programme.refuse_insured,
            civil_servants: self.programme.takes_civil_servants(draft.occupation.as_ref()),
        };
        let settled = |code| self.answers.settles(draft, code);
        let registry_birth = lists::read_hits(draft, hits, takes, &settled, findings, problems);
        if draft.nik.is_some() && self.dukcapil_complete {
            problems.extend(lists::unknown_to_registry(hits));
        }
        self.judge_age(registry_birth.or(draft.birth), findings, problems);
        self.compare_with_register(draft, returned, findings, problems);
        if draft.nik.is_some_and(|nik| self.index.is_elsewhere(nik)) {
            // Nothing for the village to mend, and no ground to refuse: the person may have moved.
            // It stands with the row until somebody has asked, before any money moves.
            add(problems, of_nik(draft, ProblemCode::NikInOtherRegion));
        }
        self.compare_with_file(draft, findings, problems);
        let (ask, refuse) = judge_occupation(draft.occupation.as_ref(), problems, self.programme);
        // Where any work will do, somebody may let an unknown word stand.
        let let_stand =
            self.programme.occupations.is_empty() && settled(ProblemCode::OccupationUnknown);
        findings.needs_decision |= ask && !let_stand;
        findings.wrong_occupation = refuse;
        findings.outside = self.is_outside(draft, problems);
        self.ask_for_facility(draft, problems);
        problems.sort_by_key(|problem| problem.code);
        findings.needs_fix = problems.iter().any(to_be_mended) || !is_complete(draft);
        let open = |problem: &&Problem| !settled(problem.code);
        findings.to_confirm = problems.iter().filter(open).any(to_be_confirmed);
    }

    /// Age on the programme's first day; a verdict made for another day gives way.
    fn judge_age(
        &self,
        birth: Option<Day>,
        findings: &mut Findings<'a>,
        problems: &mut Vec<Problem>,
    ) {
        let is_age = |code| {
            use ProblemCode::{AgeNearLimit, AgeOverLimit, AgeUnderMinimum};
            matches!(code, AgeNearLimit | AgeOverLimit | AgeUnderMinimum)
        };
        problems.retain(|problem| !is_age(problem.code));
        let on = self.programme.first.first_day();
        let problem = birth.and_then(|birth| age_problem(birth, on, self.rulebook));
        let Some(problem) = problem else { return };
        findings.age_over = problem.code == ProblemCode::AgeOverLimit;
        findings.age_under = problem.code == ProblemCode::AgeUnderMinimum;
        problems.push(problem);
    }

    /// Whether the register knows the person, another person of this NIK, or this person under
    /// another NIK. The last two are for the sender: one of the numbers is mistyped.
    fn compare_with_register(
        &self,
        draft: &Draft,
        returned: Option<ReturnedRow>,
        findings: &mut Findings<'a>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(nik) = draft.nik else { return };
        let twin = ProblemCode::SamePersonOtherNik;
        let said_now = self.answers.settles(draft, twin);
        if let Some(at) = problems.iter().position(|problem| problem.code == twin) {
            match self.still_alike(draft) {
                Some(row) if said_now => {
                    findings.told_from = Some(Twin::Row(row));
                    problems.remove(at);
                }
                Some((_, row)) => problems[at].detail = Some(row.to_string().into()),
                None if self.alike.like(draft).next().is_some() => drop(problems.remove(at)),
                None => {}
            }
        }
        let own = returned.and_then(|row| row.person);
        let is_own = |known: &Known<'_>| own == Some(known.person.id);
        let told_before =
            |known: &Known<'_>| own.is_some_and(|own| self.answers.are_two(own, known.person.id));
        let known = match self.index.with_nik(nik) {
            Some(known) if is_own(known) || known.may_be(draft) => Some(known),
            Some(_) => return add(problems, of_nik(draft, ProblemCode::NikShared)),
            None => match self.index.same_person(draft, told_before) {
                Some(known) if said_now && !is_own(known) => {
                    // Both are remembered as two, whichever list comes next.
                    findings.told_from = Some(Twin::Person(known.person.id));
                    None
                }
                Some(known) if !is_own(known) => {
                    return add(problems, of_nik(draft, twin));
                }
                // A correction may change the NIK of the person it was accepted for.
                found => found.or_else(|| {
                    own.and_then(|id| self.index.with_id(id)).filter(|known| known.may_be(draft))
                }),
            },
        };
        let Some(known) = known else { return };
        let person = known.person;
        findings.known = Some(person);
        if let Some(place) = person.on_programme {
            let own_row = returned.map(|row| (row.sheet, row.sheet_index, row.row));
            findings.on_programme = own_row != Some(place);
        }
        if findings.on_programme {
            add(problems, of_nik(draft, ProblemCode::DuplicateInProgramme));
        }
    }

    /// The first row of the file that looks like this one, unless the register knows both: as one
    /// person, or as two who were told apart.
    fn still_alike(&self, draft: &Draft) -> Option<RowPlace> {
        let known = |nik: Option<Nik>, normal_name: &str| {
            let known = self.index.with_nik(nik?).filter(|known| known.may_be_called(normal_name));
            known.map(|known| known.person.id)
        };
        let this = known(draft.nik, &draft.normal_name);
        let is_decided = |other: &Alike| match (this, known(Some(other.nik), &other.normal_name)) {
            (Some(one), Some(other)) => one == other || self.answers.are_two(one, other),
            _ => false,
        };
        self.alike.like(draft).find(|other| !is_decided(other)).map(|other| other.row)
    }

    /// Whether an earlier row of this file already stands for the person.
    ///
    /// A row that goes back for another fault does not: then this one is the good one.
    fn compare_with_file(
        &self,
        draft: &Draft,
        findings: &mut Findings<'a>,
        problems: &mut Vec<Problem>,
    ) {
        let Some(claim) = draft.nik.and_then(|nik| self.claims.get(&nik)) else { return };
        if claim.outcome == Outcome::NeedsFix && !claim.contested {
            return;
        }
        findings.duplicate_in_file = true;
        let said = problems.iter().any(|p| p.code == ProblemCode::DuplicateInFile);
        if !said && !contested(problems) {
            let problem = of_nik(draft, ProblemCode::DuplicateInFile);
            problems.push(problem.with_detail(claim.row.to_string()));
        }
    }

    fn is_outside(&self, draft: &Draft, problems: &[Problem]) -> bool {
        let territory = self.programme.territory;
        let elsewhere = draft
            .place
            .is_some_and(|place| !territory.contains(place) && !place.contains(territory));
        elsewhere || problems.iter().any(|problem| problem.code == ProblemCode::PlaceOutside)
    }

    /// Where a programme is for people of facilities, a row says at which the person works; whether
    /// that one is meant is asked when a list is made.
    fn ask_for_facility(&self, draft: &Draft, problems: &mut Vec<Problem>) {
        let asks = self.programme.terms.facilities.is_some();
        if !asks || self.facilities.find(draft.facility.as_deref()).is_some() {
            return;
        }
        let mut problem = Problem::of_row(ProblemCode::FacilityUnknown);
        problem.field = Some(Field::Facility);
        problem.cell = draft.facility_at;
        add(problems, problem);
    }

    /// Puts the row's person on the list: known, corrected or new.
    fn enrol(
        &mut self,
        draft: &Draft,
        returned: Option<ReturnedRow>,
        findings: &Findings<'_>,
    ) -> Id<kind::Person> {
        match findings.known {
            Some(known) => {
                if returned.is_some_and(|row| row.person == Some(known.id)) && !known.by_merged {
                    let corrected = person_of(draft, known.id, self.programme);
                    self.changes.changed_people.push(corrected);
                }
                known.id
            }
            None => {
                let id = (self.new_person)();
                self.changes.new_people.push(person_of(draft, id, self.programme));
                id
            }
        }
    }

    /// A row claims its number, and every number by which its person is known.
    fn claim(&mut self, draft: &Draft, person: Option<Id<kind::Person>>, claim: Claim) {
        let others = person.and_then(|person| self.index.numbers.get(&person));
        let others = others.into_iter().flatten().copied();
        for nik in draft.nik.into_iter().chain(others) {
            let kept = self.claims.entry(nik).or_insert(claim);
            if kept.outcome == Outcome::NeedsFix && !kept.contested {
                *kept = claim;
            }
        }
    }
}

/// The snapshot, made searchable.
struct Index<'a> {
    known: Vec<Known<'a>>,
    by_nik: HashMap<Nik, usize>,
    by_id: HashMap<Id<kind::Person>, usize>,
    by_person: HashMap<u64, Vec<usize>>,
    /// The numbers of those into whose record another was merged.
    numbers: HashMap<Id<kind::Person>, Vec<Nik>>,
    hits: HashMap<Nik, Vec<&'a ReferenceHit>>,
    elsewhere: &'a HashSet<Nik>,
}

/// A registered person with the name in comparable form.
struct Known<'a> {
    person: &'a KnownPerson,
    normal_name: String,
}

impl<'a> Index<'a> {
    fn new(snapshot: &'a Snapshot) -> Index<'a> {
        let count = snapshot.known.len();
        let mut index = Index {
            known: Vec::with_capacity(count),
            by_nik: HashMap::with_capacity(count),
            by_id: HashMap::with_capacity(count),
            by_person: HashMap::with_capacity(count),
            numbers: HashMap::new(),
            hits: HashMap::new(),
            elsewhere: &snapshot.elsewhere,
        };
        for (at, person) in snapshot.known.iter().enumerate() {
            let normal_name = linkage::normalise_name(person.name.as_str());
            let key = same_person_key(&normal_name, person.birth);
            index.known.push(Known { person, normal_name });
            index.by_nik.insert(person.nik, at);
            if !person.by_merged || !index.by_id.contains_key(&person.id) {
                index.by_id.insert(person.id, at);
            }
            index.by_person.entry(key).or_default().push(at);
            if person.by_merged {
                index.numbers.entry(person.id).or_default();
            }
        }
        for person in &snapshot.known {
            if let Some(numbers) = index.numbers.get_mut(&person.id) {
                numbers.push(person.nik);
            }
        }
        for hit in &snapshot.hits {
            index.hits.entry(hit.entry.nik).or_default().push(hit);
        }
        index
    }

    fn hits(&self, nik: Nik) -> &[&'a ReferenceHit] {
        self.hits.get(&nik).map_or(&[], Vec::as_slice)
    }

    fn is_elsewhere(&self, nik: Nik) -> bool {
        self.elsewhere.contains(&nik)
    }

    fn with_nik(&self, nik: Nik) -> Option<&Known<'a>> {
        self.by_nik.get(&nik).map(|at| &self.known[*at])
    }

    fn with_id(&self, id: Id<kind::Person>) -> Option<&Known<'a>> {
        self.by_id.get(&id).map(|at| &self.known[*at])
    }

    /// The row's person under another NIK: one name and birth date, borne out by mother or village;
    /// nobody from whom the row's person was told before.
    fn same_person(
        &self,
        draft: &Draft,
        told_before: impl Fn(&Known<'a>) -> bool,
    ) -> Option<&Known<'a>> {
        let birth = draft.birth.filter(|_| !draft.normal_name.is_empty())?;
        let candidates = self.by_person.get(&same_person_key(&draft.normal_name, birth))?;
        candidates.iter().map(|at| &self.known[*at]).find(|known| {
            let same = normal_names_agree(&draft.normal_name, &known.normal_name);
            let mother = known.person.mother.as_ref();
            let mother = mother.filter(|_| draft.mother_key != 0);
            let mothers =
                mother.map(|mother| file_check::mother_key(mother.as_str()) == draft.mother_key);
            let place = known.person.place;
            known.person.birth == birth
                && !told_before(known)
                && same == NameAgreement::Same
                && file_check::witnessed(
                    birth,
                    mothers,
                    place.level() == 4 && draft.place == Some(place),
                )
        })
    }
}

impl Known<'_> {
    /// Whether the names allow that the row speaks of this person.
    fn may_be(&self, draft: &Draft) -> bool {
        self.may_be_called(&draft.normal_name)
    }

    fn may_be_called(&self, normal_name: &str) -> bool {
        normal_names_agree(normal_name, &self.normal_name) != NameAgreement::Different
    }
}

/// Whether the row claims nobody: nothing is typed where a NIK, a name or a birth date would be.
fn claims_nobody(draft: &Draft, problems: &[Problem]) -> bool {
    let missing = |code| problems.iter().any(|problem| problem.code == code);
    !draft.claims_person() && missing(ProblemCode::NikMissing) && missing(ProblemCode::NameMissing)
}

/// Whether the row gives all that the register needs of a person.
fn is_complete(draft: &Draft) -> bool {
    draft.nik.is_some() && draft.name.is_some() && draft.birth.is_some() && draft.sex.is_some()
}

/// The work that a row names, or what the programme says of rows that name none.
fn named_work(draft: &Draft, programme: &Programme) -> Option<OccupationKey> {
    draft.occupation.clone().or_else(|| programme.default_occupation.clone())
}

/// The register's record of somebody whose row is complete.
fn person_of(draft: &Draft, id: Id<kind::Person>, programme: &Programme) -> Person {
    let complete = "an accepted row is complete";
    Person {
        id,
        nik: draft.nik.expect(complete),
        no_kk: draft.no_kk,
        name: draft.name.clone().expect(complete),
        birth: draft.birth.expect(complete),
        birth_place: draft.birth_place.clone(),
        sex: draft.sex.expect(complete),
        address: address_of(draft),
        place: draft.place.unwrap_or(programme.territory),
        occupation: named_work(draft, programme),
        phone: draft.phone,
        mother: draft.mother.clone(),
    }
}

/// Street or hamlet with RT and RW, which may be written in it already.
fn address_of(draft: &Draft) -> Option<Box<str>> {
    let street = draft.address.as_deref().unwrap_or("");
    let mut address = street.to_owned();
    let says_rt = crate::intake::names_neighbourhood(street);
    let numbers = [("RT", draft.rt), ("RW", draft.rw)];
    for (label, number) in numbers.into_iter().filter(|_| !says_rt) {
        if let Some(number) = number {
            let space = if address.is_empty() { "" } else { " " };
            address += &format!("{space}{label} {number}");
        }
    }
    (!address.is_empty()).then(|| address.into())
}

fn of_nik(draft: &Draft, code: ProblemCode) -> Problem {
    let mut problem = Problem::of_row(code);
    problem.field = Some(Field::Nik);
    problem.cell = draft.nik_at;
    problem
}

/// Adds a problem unless the row has one of that code.
fn add(problems: &mut Vec<Problem>, problem: Problem) {
    if !problems.iter().any(|known| known.code == problem.code) {
        problems.push(problem);
    }
}
