//! Decisions, one table in the order of [`Outcome`]; invented people.

use base::{Day, Month, Nik, PersonName, ProblemCode, RegionCode, Rupiah, Sex};
use proptest::prelude::*;
use rules::Schemes;

use super::*;
use crate::occupation::OccupationKey;
use crate::reference::{ReferenceEntry, ReferenceKind};

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn nik(text: &str) -> Nik {
    Nik::parse(text).expect("well formed")
}

fn name(text: &str) -> PersonName {
    PersonName::parse(text).expect("a name")
}

fn region(text: &str) -> RegionCode {
    RegionCode::parse(text).expect("a code")
}

fn occupation(key: &str) -> OccupationKey {
    OccupationKey(key.into())
}

fn person_id(number: u8) -> Id<kind::Person> {
    Id::new(u64::from(number), [number; 10])
}

fn sheet_id(number: u8) -> Id<kind::Sheet> {
    Id::new(u64::from(number), [number; 10])
}

/// Fishermen and farmers of Paser, October to December 2022, nobody insured elsewhere.
fn programme() -> Programme {
    Programme {
        id: Id::new(1, [1; 10]),
        code: "rentan-2022".into(),
        name: "Pekerja rentan 2022".into(),
        territory: region("64.01"),
        fund: Id::new(1, [2; 10]),
        schemes: Schemes::parse("jkk,jkm").expect("schemes"),
        first: Month::parse("2022-10").expect("a month"),
        last: Month::parse("2022-12").expect("a month"),
        occupations: vec![occupation("nelayan"), occupation("petani")],
        default_occupation: None,
        income: Rupiah(1_000_000),
        refuse_insured: true,
        target: None,
        terms: crate::programme::Terms::default(),
    }
}

/// Abdul Karim of Busui, fisherman, 60 years old, in row 2.
fn karim() -> Draft {
    Draft {
        sheet: 0,
        table: 0,
        row: 2,
        key: None,
        nik: Some(nik("6401011708620001")),
        nik_at: None,
        no_kk: None,
        name: Some(name("Abdul Karim")),
        normal_name: "abdul karim".into(),
        birth_place: None,
        birth: Some(day("1962-08-17")),
        sex: Some(Sex::Male),
        address: Some("Jl. Merak".into()),
        rt: crate::intake::Neighbourhood::new(3),
        rw: None,
        village_typed: None,
        district_typed: None,
        place: Some(region("64.01.01.2010")),
        occupation: Some(occupation("nelayan")),
        occupation_typed: None,
        facility: None,
        facility_at: None,
        phone: None,
        mother: Some(name("Aminah")),
        mother_key: crate::intake::file_check::mother_key("Aminah"),
        income: None,
        note: None,
        content: 1,
    }
}

fn known_karim() -> KnownPerson {
    KnownPerson {
        id: person_id(9),
        nik: nik("6401011708620001"),
        name: name("ABD. KARIM"),
        birth: day("1962-08-17"),
        mother: Some(name("Aminah")),
        place: region("64.01.01.2010"),
        on_programme: None,
        by_merged: false,
    }
}

fn listed(kind: ReferenceKind, listed_name: &str, birth: Option<&str>) -> Snapshot {
    let entry = ReferenceEntry {
        nik: nik("6401011708620001"),
        name: Some(name(listed_name)),
        birth: birth.map(day),
        event: None,
        decile: None,
    };
    let hit = ReferenceHit { kind, as_of: day("2022-09-15"), entry };
    Snapshot { hits: vec![hit], ..Snapshot::default() }
}

/// A case: rows, what is known, and what the sender answers.
struct Case {
    rows: Vec<(Draft, Vec<Problem>)>,
    snapshot: Snapshot,
    returned: ReturnedRows,
    programme: Programme,
    dukcapil_complete: bool,
    answers: Answers,
    facilities: FacilityBook,
}

fn case(draft: Draft, codes: &[ProblemCode]) -> Case {
    let problems = codes.iter().map(|code| Problem::of_row(*code)).collect();
    Case {
        rows: vec![(draft, problems)],
        snapshot: Snapshot::default(),
        returned: ReturnedRows::new(),
        programme: programme(),
        dukcapil_complete: false,
        answers: Answers::default(),
        facilities: FacilityBook::default(),
    }
}

fn run(case: Case) -> Changes {
    let mut count = 100;
    let rulebook = Rulebook::builtin();
    let enrolment = Enrolment {
        rows: case.rows,
        skipped: &[],
        snapshot: &case.snapshot,
        dukcapil_complete: case.dukcapil_complete,
        programme: &case.programme,
        rulebook: &rulebook,
        returned: &case.returned,
        answers: &case.answers,
        facilities: &case.facilities,
    };
    decide(enrolment, &mut || {
        count += 1;
        person_id(count)
    })
}

/// The outcome of the last row and the codes found on it.
fn last(changes: &Changes) -> String {
    let decision = changes.decisions.last().expect("a row");
    let codes: Vec<_> = decision.problems.iter().map(|problem| problem.code.name()).collect();
    format!("{} {}", decision.outcome.name(), codes.join(" ")).trim_end().to_owned()
}

fn check(case: Case, outcome: Outcome, codes: &str) {
    let expect = format!("{} {codes}", outcome.name());
    assert_eq!(last(&run(case)), expect.trim_end());
}

fn nobody() -> Draft {
    Draft { nik: None, name: None, normal_name: "".into(), birth: None, ..karim() }
}

fn with_snapshot(snapshot: Snapshot) -> Case {
    Case { snapshot, ..case(karim(), &[]) }
}

fn twice(second: Draft) -> Case {
    let mut case = case(karim(), &[]);
    case.rows.push((Draft { row: 3, ..second }, Vec::new()));
    case
}

fn born(date: &str) -> Draft {
    Draft { birth: Some(day(date)), ..karim() }
}

#[test]
fn a_programme_of_facilities_asks_where_somebody_works() {
    use crate::facility::Facilities;
    use crate::organisation::{Org, OrgKindKey, OrgKinds};
    let clinic = Org {
        kind: OrgKindKey::new("klinik"),
        ..Org::plain(base::Id::from_bytes([7; 16]), "kl-1", "Klinik Sehat", region("64.01"))
    };
    let office = base::Id::from_bytes([8; 16]);
    let facilities = FacilityBook::new(std::slice::from_ref(&clinic), &OrgKinds::builtin(), office);
    let mut of_facilities = programme();
    of_facilities.terms.facilities = Facilities::parse("dinkes");
    let works = |typed: Option<&str>, programme: Programme| Case {
        facilities: facilities.clone(),
        programme,
        ..case(Draft { facility: typed.map(Into::into), ..karim() }, &[])
    };
    let found = |typed, programme| {
        let changes = run(works(typed, programme));
        let facility = changes.decisions.last().expect("a row").facility;
        (last(&changes), facility)
    };
    let (known, none) = found(Some("klinik sehat"), of_facilities.clone());
    assert_eq!((known.as_str(), none), ("ACCEPTED", Some(clinic.id)));
    let to_fix = ("NEEDS_FIX FACILITY_UNKNOWN".to_owned(), None);
    assert_eq!(found(Some("Klinik Lain"), of_facilities.clone()), to_fix);
    assert_eq!(found(None, of_facilities), to_fix);
    // Where nobody asks, nothing is wrong with a place of work in no register.
    assert_eq!(found(Some("Klinik Lain"), programme()), ("ACCEPTED".to_owned(), None));
}

#[test]
fn outcomes_in_their_order() {
    use Outcome::*;
    use ProblemCode::{NameMissing, NikMissing, OccupationUnknown, PlaceOutside};
    check(case(nobody(), &[NikMissing, NameMissing]), NotAPerson, "");
    check(sent_back(karim(), NeedsFix), Unchanged, "");
    check(case(Draft { nik: None, ..karim() }, &[NikMissing]), NeedsFix, "NIK_MISSING");
    check(twice(karim()), DuplicateInFile, "DUPLICATE_IN_FILE");
    let no_word = Draft { occupation: None, ..karim() };
    check(case(no_word, &[OccupationUnknown]), NeedsDecision, "OCCUPATION_UNKNOWN");
    let dead = listed(ReferenceKind::Meninggal, "Abdul Karim", None);
    check(with_snapshot(dead), RefusedDead, "ON_DEATH_LIST");
    let asn = listed(ReferenceKind::Asn, "Abdul Karim, S.Pd", None);
    check(with_snapshot(asn), RefusedAsn, "ON_ASN_LIST");
    check(case(born("1957-10-01"), &[]), RefusedAgeOver, "AGE_OVER_LIMIT");
    check(case(born("2015-08-17"), &[]), RefusedAgeUnder, "AGE_UNDER_MINIMUM");
    check(case(karim(), &[PlaceOutside]), RefusedOutside, "PLACE_OUTSIDE");
    let trader = Draft { occupation: Some(occupation("pedagang_pasar")), ..karim() };
    check(case(trader, &[]), RefusedOccupation, "");
    let insured = listed(ReferenceKind::BpjsAktif, "Abdul Karim", None);
    check(with_snapshot(insured), RefusedInsured, "ALREADY_INSURED");
    let on_list = KnownPerson { on_programme: Some((sheet_id(7), 0, 44)), ..known_karim() };
    let on_list = Snapshot { known: vec![on_list], ..Snapshot::default() };
    check(with_snapshot(on_list), AlreadyOnProgramme, "DUPLICATE_IN_PROGRAMME");
    let warned = [ProblemCode::NikBirthDiffers];
    check(case(karim(), &warned), AcceptedToConfirm, "NIK_BIRTH_DIFFERS");
    let held = Snapshot { elsewhere: [nik("6401011708620001")].into(), ..Snapshot::default() };
    check(with_snapshot(held), AcceptedToConfirm, "NIK_IN_OTHER_REGION");
    check(case(karim(), &[]), Accepted, "");
    check(case(karim(), &[ProblemCode::SexFromNik]), Accepted, "SEX_FROM_NIK");
}

#[test]
fn the_first_condition_wins() {
    // Dead, over age and outside at once: dead comes first; a fault to mend comes before all.
    let place = Some(region("35.15.16"));
    let gone = Draft { place, ..born("1950-08-17") };
    let dead = listed(ReferenceKind::Meninggal, "Abdul Karim", None);
    let dead = Case { snapshot: dead, ..case(gone, &[]) };
    check(dead, Outcome::RefusedDead, "ON_DEATH_LIST AGE_OVER_LIMIT");
    let dead = listed(ReferenceKind::Meninggal, "Abdul Karim", None);
    let faulty = Case { snapshot: dead, ..case(karim(), &[ProblemCode::NameTooLong]) };
    check(faulty, Outcome::NeedsFix, "NAME_TOO_LONG ON_DEATH_LIST");
}

#[test]
fn nobody_is_refused_on_another_persons_line() {
    use Outcome::{Accepted, AcceptedToConfirm, NeedsDecision};
    for (kind, code) in [
        (ReferenceKind::Meninggal, "ON_DEATH_LIST"),
        (ReferenceKind::Asn, "ON_ASN_LIST"),
        (ReferenceKind::BpjsAktif, "ALREADY_INSURED"),
    ] {
        check(with_snapshot(listed(kind, "Kartini", None)), NeedsDecision, code);
    }
    let dukcapil = |name, birth| with_snapshot(listed(ReferenceKind::Dukcapil, name, birth));
    check(dukcapil("Abdul Karim", Some("1962-08-17")), Accepted, "");
    check(dukcapil("Kartini", Some("1962-08-17")), AcceptedToConfirm, "DUKCAPIL_DIFFERS");
    check(dukcapil("Abdul Karim", Some("1962-08-18")), AcceptedToConfirm, "DUKCAPIL_DIFFERS");
    check(dukcapil("Kartini", Some("1990-01-02")), NeedsDecision, "DUKCAPIL_DIFFERS");
    // The registry's birth date decides on age.
    let older = dukcapil("Abdul Karim", Some("1952-08-17"));
    check(older, Outcome::RefusedAgeOver, "DUKCAPIL_DIFFERS AGE_OVER_LIMIT");
}

fn settled(row: u32, code: ProblemCode) -> Answers {
    let settled = HashMap::from([((0, row), HashSet::from([code]))]);
    Answers { settled, ..Answers::default() }
}

#[test]
fn a_question_that_was_answered_is_not_asked_again() {
    let warned = case(karim(), &[ProblemCode::NikBirthDiffers]);
    let answers = settled(2, ProblemCode::NikBirthDiffers);
    check(Case { answers, ..warned }, Outcome::Accepted, "NIK_BIRTH_DIFFERS");
    // An answer about another row, or about another question, settles nothing.
    for answers in [settled(3, ProblemCode::NikBirthDiffers), settled(2, ProblemCode::PlaceUnknown)]
    {
        let warned = case(karim(), &[ProblemCode::NikBirthDiffers]);
        check(Case { answers, ..warned }, Outcome::AcceptedToConfirm, "NIK_BIRTH_DIFFERS");
    }
    // A fault is mended, not waved through.
    let faulty = case(karim(), &[ProblemCode::NameTooLong]);
    let answers = settled(2, ProblemCode::NameTooLong);
    check(Case { answers, ..faulty }, Outcome::NeedsFix, "NAME_TOO_LONG");
    let dead = with_snapshot(listed(ReferenceKind::Meninggal, "Kartini", None));
    let answers = settled(2, ProblemCode::OnDeathList);
    check(Case { answers, ..dead }, Outcome::Accepted, "ON_DEATH_LIST");
    // A line under the same name still refuses, whatever was answered.
    let dead = with_snapshot(listed(ReferenceKind::Meninggal, "Abdul Karim", None));
    let answers = settled(2, ProblemCode::OnDeathList);
    check(Case { answers, ..dead }, Outcome::RefusedDead, "ON_DEATH_LIST");
}

#[test]
fn namesakes_of_one_day_are_two_people_once_somebody_says_so() {
    let other = || Draft { nik: Some(nik("6401011708620077")), ..karim() };
    let known = || Snapshot { known: vec![known_karim()], ..Snapshot::default() };
    let asked = Case { snapshot: known(), ..case(other(), &[]) };
    check(asked, Outcome::NeedsFix, "SAME_PERSON_OTHER_NIK");
    let answers = settled(2, ProblemCode::SamePersonOtherNik);
    let answered = run(Case { snapshot: known(), answers, ..case(other(), &[]) });
    assert_eq!(last(&answered), "ACCEPTED");
    // The two are remembered as a pair, whichever list comes next.
    let people = ordered(person_id(101), person_id(9));
    assert_eq!(answered.apart, [ToldApart { row: (0, 2), people }]);
}

/// Three of one name, day and mother, in rows 2 to 4, as persons 9 to 11 where the register has
/// them.
fn three_alike(apart: &[(u8, u8)]) -> Case {
    let numbers = ["6401011708620001", "6401011708620077", "6401011708620078"];
    let mut case = case(karim(), &[]);
    case.rows = numbers
        .iter()
        .zip(2..)
        .map(|(number, row)| {
            let content = u64::from(row);
            (Draft { row, nik: Some(nik(number)), content, ..karim() }, Vec::new())
        })
        .collect();
    crate::intake::file_check::check_file(&mut case.rows);
    let known = numbers.iter().zip(9..);
    let known = known.map(|(number, id)| KnownPerson {
        id: person_id(id),
        nik: nik(number),
        ..known_karim()
    });
    case.snapshot = Snapshot { known: known.collect(), ..Snapshot::default() };
    let pairs = apart.iter().map(|(one, other)| ordered(person_id(*one), person_id(*other)));
    case.answers.apart = pairs.collect();
    case
}

#[test]
fn who_was_told_from_one_was_not_told_from_another() {
    // For each row its outcome, and the row that it is asked about.
    let check = |case: Case, expect: [&str; 3]| {
        let changes = run(case);
        let found: Vec<String> = changes
            .decisions
            .iter()
            .map(|one| {
                let about = one.problems.iter().filter_map(|problem| problem.detail.as_deref());
                let about: Vec<&str> = about.collect();
                format!("{} {}", one.outcome.name(), about.join(" ")).trim_end().to_owned()
            })
            .collect();
        assert_eq!(found, expect);
    };
    check(three_alike(&[]), ["NEEDS_FIX 3", "NEEDS_FIX 2", "NEEDS_FIX 3"]);
    check(three_alike(&[(9, 10)]), ["NEEDS_FIX 4", "NEEDS_FIX 4", "NEEDS_FIX 3"]);
    check(three_alike(&[(9, 10), (10, 11)]), ["NEEDS_FIX 4", "ACCEPTED", "NEEDS_FIX 2"]);
    check(three_alike(&[(9, 10), (10, 11), (9, 11)]), ["ACCEPTED"; 3]);
    // Two of them are one since: nothing is asked between these two, and the second says nothing
    // new; both are asked about the third.
    let mut merged = three_alike(&[]);
    merged.snapshot.known[1] =
        KnownPerson { id: person_id(9), by_merged: true, ..merged.snapshot.known[1].clone() };
    check(merged, ["NEEDS_FIX 4", "NEEDS_FIX 4", "NEEDS_FIX 3"]);
}

#[test]
fn two_rows_told_apart_are_a_pair_and_no_more() {
    let mut case = three_alike(&[]);
    case.snapshot = Snapshot::default();
    let code = ProblemCode::SamePersonOtherNik;
    for row in 2..5 {
        case.answers.settled.insert((0, row), HashSet::from([code]));
    }
    let changes = run(case);
    assert!(changes.decisions.iter().all(|one| one.outcome == Outcome::Accepted));
    // The first was asked about the second, the second about the first, the third about the second.
    let pair = |row, one, other| ToldApart {
        row: (0, row),
        people: ordered(person_id(one), person_id(other)),
    };
    assert_eq!(changes.apart, [pair(2, 101, 102), pair(4, 102, 103)]);
}

#[test]
fn a_corrected_number_is_not_asked_about_again() {
    // Person 9 came back with a new number; of person 10, who looks alike, it was told before.
    let second = KnownPerson { id: person_id(10), nik: nik("6401011708620077"), ..known_karim() };
    let corrected = |apart: &[(u8, u8)]| {
        let new_number = Some(nik("6401011708620008"));
        let draft = Draft { content: 2, nik: new_number, ..karim() };
        let mut case = sent_back(draft, Outcome::Accepted);
        case.snapshot = Snapshot { known: vec![second.clone()], ..Snapshot::default() };
        let pairs = apart.iter().map(|(one, other)| ordered(person_id(*one), person_id(*other)));
        case.answers.apart = pairs.collect();
        case
    };
    check(corrected(&[]), Outcome::NeedsFix, "SAME_PERSON_OTHER_NIK");
    check(corrected(&[(9, 10)]), Outcome::Accepted, "");
}

#[test]
fn absence_from_the_registry_counts_only_when_its_reply_is_whole() {
    let whole = Case { dukcapil_complete: true, ..case(karim(), &[]) };
    check(whole, Outcome::AcceptedToConfirm, "DUKCAPIL_UNKNOWN");
    check(case(karim(), &[]), Outcome::Accepted, "");
}

#[test]
fn a_fund_that_allows_a_second_payer_only_points_it_out() {
    let insured = listed(ReferenceKind::BpjsAktif, "Abdul Karim", None);
    let programme = Programme { refuse_insured: false, ..programme() };
    let case = Case { programme, ..with_snapshot(insured) };
    check(case, Outcome::AcceptedToConfirm, "ALREADY_INSURED");
}

#[test]
fn a_civil_servant_is_taken_for_a_second_private_job_alone() {
    use Outcome::{AcceptedToConfirm, RefusedAsn};
    let asn = || with_snapshot(listed(ReferenceKind::Asn, "Abdul Karim", None));
    let group = |text: &str| crate::programme::GroupTerms::parse(text).expect("a group");
    for (rule, expect) in [
        ("nelayan:bpu:0:second-job", AcceptedToConfirm),
        ("nelayan:bpu:0", RefusedAsn),
        ("petani:bpu:0:second-job", RefusedAsn),
    ] {
        let mut programme = programme();
        programme.terms.groups = vec![group(rule)];
        check(Case { programme, ..asn() }, expect, "ON_ASN_LIST");
    }
}

#[test]
fn lists_that_say_who_comes_first_judge_no_row() {
    for kind in [ReferenceKind::Kesejahteraan, ReferenceKind::Disabilitas, ReferenceKind::Wajib] {
        check(with_snapshot(listed(kind, "Kartini", None)), Outcome::Accepted, "");
    }
}

#[test]
fn the_register_recognises_and_contradicts() {
    let knows =
        |known: KnownPerson| with_snapshot(Snapshot { known: vec![known], ..Snapshot::default() });
    let changes = run(knows(known_karim()));
    assert_eq!(last(&changes), "ACCEPTED");
    assert_eq!(changes.decisions[0].person, Some(person_id(9)));
    assert!(changes.new_people.is_empty() && changes.changed_people.is_empty());
    let other = KnownPerson { name: name("Kartini"), ..known_karim() };
    check(knows(other), Outcome::NeedsFix, "NIK_SHARED");
    let elsewhere = KnownPerson { nik: nik("6401011708620002"), ..known_karim() };
    check(knows(elsewhere.clone()), Outcome::NeedsFix, "SAME_PERSON_OTHER_NIK");
    let namesake = KnownPerson { mother: Some(name("Rukini")), ..elsewhere };
    check(knows(namesake), Outcome::Accepted, "");
}

#[test]
fn two_numbers_of_one_merged_person_are_one_in_a_file() {
    let other = nik("6401011708620077");
    let merged = KnownPerson { nik: other, by_merged: true, ..known_karim() };
    let snapshot = Snapshot { known: vec![merged, known_karim()], ..Snapshot::default() };
    let case = Case { snapshot, ..twice(Draft { nik: Some(other), ..karim() }) };
    let changes = run(case);
    let outcomes: Vec<_> = changes.decisions.iter().map(|one| (one.outcome, one.person)).collect();
    let same = Some(person_id(9));
    assert_eq!(outcomes, [(Outcome::Accepted, same), (Outcome::DuplicateInFile, same)]);
    assert!(changes.new_people.is_empty() && changes.changed_people.is_empty());
}

#[test]
fn work_is_asked_about_before_it_is_refused() {
    use Outcome::{Accepted, AcceptedToConfirm, NeedsDecision};
    use ProblemCode::{OccupationMissing, OccupationUnknown};
    let works = |key: Option<&str>, codes: &[ProblemCode]| {
        case(Draft { occupation: key.map(occupation), ..karim() }, codes)
    };
    check(works(Some("petani"), &[OccupationUnknown]), AcceptedToConfirm, "OCCUPATION_UNKNOWN");
    check(works(Some("ojek"), &[OccupationUnknown]), NeedsDecision, "OCCUPATION_UNKNOWN");
    check(works(None, &[OccupationMissing]), NeedsDecision, "OCCUPATION_MISSING");
    let open = Programme { occupations: Vec::new(), ..programme() };
    let open_case = Case { programme: open.clone(), ..works(None, &[OccupationMissing]) };
    check(open_case, AcceptedToConfirm, "OCCUPATION_MISSING");
    check(Case { programme: open, ..works(Some("ojek"), &[]) }, Accepted, "");
    let default_occupation = Some(occupation("nelayan"));
    let fishermen = Programme { default_occupation, ..programme() };
    check(Case { programme: fishermen, ..works(None, &[]) }, Accepted, "");
}

#[test]
fn a_new_person_carries_the_row() {
    let changes = run(case(karim(), &[]));
    let person = &changes.new_people[0];
    assert_eq!(changes.decisions[0].person, Some(person.id));
    assert_eq!(person.address.as_deref(), Some("Jl. Merak RT 003"));
    assert_eq!(person.place, region("64.01.01.2010"));
    let written = Draft { address: Some("Dusun II RT 3".into()), place: None, ..karim() };
    let changes = run(case(written, &[]));
    assert_eq!(changes.new_people[0].address.as_deref(), Some("Dusun II RT 3"));
    assert_eq!(changes.new_people[0].place, region("64.01"));
}

#[test]
fn a_faulty_row_does_not_shadow_the_good_one() {
    let mut rows = twice(karim());
    rows.rows[0].1.push(Problem::of_row(ProblemCode::BirthDateUnreadable));
    rows.rows[1].1.push(Problem::of_row(ProblemCode::DuplicateInFile).with_detail("2"));
    check(rows, Outcome::AcceptedToConfirm, "DUPLICATE_IN_FILE");
    // Where the number itself is in doubt, no row with it passes.
    let mut contested = twice(karim());
    contested.rows[0].1.push(Problem::of_row(ProblemCode::NikShared));
    check(contested, Outcome::DuplicateInFile, "DUPLICATE_IN_FILE");
}

fn key() -> RowKey {
    RowKey::new(sheet_id(5), 0, 20)
}

/// Row 20 of sheet 5, sent back with this outcome and come back as `draft` in row 2.
fn sent_back(draft: Draft, outcome: Outcome) -> Case {
    let person = outcome.is_accepted().then(|| person_id(9));
    let row =
        ReturnedRow { sheet: sheet_id(5), sheet_index: 0, row: 20, content: 1, outcome, person };
    let returned = ReturnedRows::from([(key(), row)]);
    let key = Some(key().to_string().into());
    Case { returned, ..case(Draft { key, ..draft }, &[]) }
}

#[test]
fn a_mended_row_replaces_the_one_sent_back() {
    let changes = run(sent_back(Draft { content: 2, ..karim() }, Outcome::NeedsFix));
    assert_eq!(last(&changes), "ACCEPTED");
    assert_eq!(changes.decisions[0].corrects, Some((sheet_id(5), 0, 20)));
    assert_eq!(changes.new_people.len(), 1);
    let changes = run(sent_back(karim(), Outcome::Accepted));
    assert_eq!(last(&changes), "UNCHANGED");
    assert_eq!(changes.decisions[0].corrects, None);
    assert_eq!(changes.decisions[0].person, Some(person_id(9)));
}

#[test]
fn a_correction_changes_the_person_it_was_accepted_for() {
    let known = KnownPerson { on_programme: Some((sheet_id(5), 0, 20)), ..known_karim() };
    let snapshot = || Snapshot { known: vec![known.clone()], ..Snapshot::default() };
    let new_nik = Some(nik("6401011708620008"));
    for draft in [
        Draft { content: 2, ..karim() },
        Draft { content: 2, nik: new_nik, ..karim() },
        Draft { content: 2, name: Some(name("Kartono")), normal_name: "kartono".into(), ..karim() },
    ] {
        let expect = draft.nik;
        let case = sent_back(draft, Outcome::AcceptedToConfirm);
        let changes = run(Case { snapshot: snapshot(), ..case });
        assert_eq!(last(&changes), "ACCEPTED");
        assert_eq!(changes.new_people, []);
        assert_eq!(changes.changed_people[0].id, person_id(9));
        assert_eq!(Some(changes.changed_people[0].nik), expect);
    }
    // Another person altogether was typed over the row.
    let other = Draft {
        content: 2,
        nik: new_nik,
        name: Some(name("Kartini")),
        normal_name: "kartini".into(),
        birth: Some(day("1970-02-03")),
        ..karim()
    };
    let case = sent_back(other, Outcome::Accepted);
    let changes = run(Case { snapshot: snapshot(), ..case });
    assert_eq!((changes.new_people.len(), changes.changed_people.len()), (1, 0));
}

#[test]
fn a_key_that_points_nowhere_is_a_problem() {
    let edited = Draft { key: Some("0123456789-0-20-AA".into()), ..karim() };
    check(case(edited, &[]), Outcome::NeedsFix, "ROW_KEY_UNKNOWN");
    let foreign = Draft { key: Some(key().to_string().into()), ..karim() };
    check(case(foreign, &[]), Outcome::NeedsFix, "ROW_KEY_UNKNOWN");
    // A row copied with its key and then typed over claims two people for one row.
    let mut copied = sent_back(karim(), Outcome::Accepted);
    let twin = Draft { row: 3, content: 3, nik: Some(nik("6401011708620003")), ..karim() };
    let key = copied.rows[0].0.key.clone();
    copied.rows.push((Draft { key, ..twin }, Vec::new()));
    check(copied, Outcome::NeedsFix, "ROW_KEY_UNKNOWN");
}

#[test]
fn outcomes_are_found_by_name_and_sorted_as_declared() {
    for outcome in Outcome::ALL {
        assert_eq!(Outcome::from_name(outcome.name()), Some(*outcome));
        let kinds = [outcome.is_accepted(), outcome.is_refused(), outcome.goes_back()];
        assert!(kinds.iter().filter(|is| **is).count() <= 1);
    }
    assert!(Outcome::ALL.is_sorted());
}

proptest! {
    #[test]
    fn every_row_has_one_decision_and_every_nik_one_acceptance(
        rows in proptest::collection::vec((1..6u64, 0..4usize, 0..3usize), 0..24),
        skipped in proptest::collection::vec(0..90u32, 0..6),
    ) {
        let names = ["Abdul Karim", "Kartini", "Rukmini", "Sutrisno"];
        let codes = [None, Some(ProblemCode::NikBirthDiffers), Some(ProblemCode::BirthDateMissing)];
        let mut drafts: Vec<(Draft, Vec<Problem>)> = rows.iter().zip(2..).map(|(row, number)| {
            let draft = Draft {
                row: number,
                nik: Some(nik(&format!("640101170862{:04}", row.0))),
                name: Some(name(names[row.1])),
                normal_name: linkage::normalise_name(names[row.1]).into(),
                ..karim()
            };
            (draft, codes[row.2].map(Problem::of_row).into_iter().collect())
        }).collect();
        crate::intake::file_check::check_file(&mut drafts);
        let skipped: Vec<(u16, u32)> = skipped.into_iter().map(|row| (1, row)).collect();
        let (rulebook, programme) = (Rulebook::builtin(), programme());
        let mut count = 0u8;
        let changes = decide(
            Enrolment {
                rows: drafts,
                skipped: &skipped,
                snapshot: &Snapshot::default(),
                dukcapil_complete: false,
                programme: &programme,
                rulebook: &rulebook,
                returned: &ReturnedRows::new(),
                answers: &Answers::default(),
                facilities: &FacilityBook::default(),
            },
            &mut || {
                count += 1;
                person_id(count)
            },
        );
        prop_assert_eq!(changes.decisions.len(), rows.len() + skipped.len());
        let accepted = changes.decisions.iter().filter(|d| d.outcome.is_accepted()).count();
        prop_assert_eq!(accepted, changes.new_people.len());
        let niks: std::collections::HashSet<_> = changes.new_people.iter().map(|p| p.nik).collect();
        prop_assert_eq!(niks.len(), changes.new_people.len());
    }
}
