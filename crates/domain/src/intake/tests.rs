//! Whole rows through the reader, one table row per problem code in its order; invented people.

use std::sync::LazyLock;

use base::region::GazetteerSources;
use base::{Cell, CellAddress, CellKind, RawValue};
use proptest::prelude::*;

use super::column::{NikColumns, NikRounding};
use super::file_check::{FileCheck, check_file};
use super::*;

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let sources = GazetteerSources {
        regions: include_str!("../../../../regions/provinces_to_districts.csv"),
        villages: &[
            include_str!("../../../../regions/villages/35.csv"),
            include_str!("../../../../regions/villages/64.csv"),
        ],
        legacy: include_str!("../../../../regions/legacy.csv"),
        renamed: include_str!("../../../../regions/renamed.csv"),
        vacated: include_str!("../../../../regions/vacated.csv"),
    };
    Gazetteer::new(sources).expect("the lists that ship are well formed")
});
static OCCUPATIONS: LazyLock<Occupations> = LazyLock::new(Occupations::builtin);
static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

fn region(text: &str) -> Option<RegionCode> {
    RegionCode::parse(text)
}

/// The list of Desa Busui, Kecamatan Batu Sopang, received on 1 October 2022.
fn busui() -> DraftContext<'static> {
    DraftContext {
        today: Day::parse_iso("2022-10-01").expect("a day"),
        territory: region("64.01"),
        sender: region("64.01.01.2010"),
        gazetteer: &GAZETTEER,
        occupations: &OCCUPATIONS,
        rulebook: &RULEBOOK,
        epoch_1904: false,
        default_occupation: None,
        tables: Vec::new(),
    }
}

const GOOD: &[(Field, &str)] = &[
    (Field::Nik, "6401011708620001"),
    (Field::NoKk, "6401012406100002"),
    (Field::Name, "Abdul Karim"),
    (Field::BirthPlace, "Busui"),
    (Field::BirthDate, "17/08/1962"),
    (Field::Sex, "L"),
    (Field::Address, "Jl. Merak No. 5"),
    (Field::Rt, "003/002"),
    (Field::Village, "Busui"),
    (Field::District, "Kec. Batu Sopang"),
    (Field::Occupation, "Nelayan"),
    (Field::Phone, "0812-3456-7890"),
    (Field::MotherName, "Aminah"),
    (Field::Income, "1.500.000"),
];

fn value(field: Field, row: u32, cell: Cell) -> RawValue {
    let at = CellAddress { sheet: 0, row, column: field as u16 };
    RawValue { field, at, cell }
}

/// The good row with some cells replaced; an empty text takes the cell out.
fn row(number: u32, changes: &[(Field, &str)]) -> RawRow {
    let changed = |field: Field| changes.iter().find(|change| change.0 == field);
    let kept = GOOD.iter().filter(|(field, _)| changed(*field).is_none()).chain(changes);
    let cells = kept
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| value(*field, number, Cell::text(text)))
        .collect();
    RawRow { sheet: 0, table: 0, row: number, cells, key: None }
}

fn read(row: &RawRow, ctx: &DraftContext<'_>) -> (Draft, Vec<Problem>) {
    draft(row, ctx, &mut Memo::default())
}

fn codes(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.code.name()).collect::<Vec<_>>().join(" ")
}

fn check(changes: &[(Field, &str)], expect: &str) {
    let found = codes(&read(&row(2, changes), &busui()).1);
    assert_eq!(found, expect, "{changes:?}");
}

fn check_suggestion(changes: &[(Field, &str)], code: ProblemCode, expect: Option<&str>) {
    let (_, problems) = read(&row(2, changes), &busui());
    let problem = problems.iter().find(|problem| problem.code == code).expect("the problem");
    assert_eq!(problem.suggestion.as_deref(), expect, "{changes:?}");
}

#[test]
fn a_good_row_has_no_problem_and_every_field() {
    let (draft, problems) = read(&row(2, &[]), &busui());
    assert_eq!(codes(&problems), "");
    assert_eq!(draft.nik.map(Nik::reveal).as_deref(), Some("6401011708620001"));
    assert_eq!(draft.no_kk.map(NoKk::reveal).as_deref(), Some("6401012406100002"));
    assert_eq!(draft.name.as_ref().map(PersonName::as_str), Some("Abdul Karim"));
    assert_eq!(&*draft.normal_name, "abdul karim");
    assert_eq!(draft.birth, Day::new(1962, 8, 17));
    assert_eq!(draft.sex, Some(Sex::Male));
    assert_eq!(draft.rt.map(|rt| rt.to_string()).as_deref(), Some("003"));
    assert_eq!(draft.rw.map(|rw| rw.to_string()).as_deref(), Some("002"));
    assert_eq!(draft.place, region("64.01.01.2010"));
    assert_eq!(draft.occupation.map(|key| key.0), Some("nelayan".into()));
    assert_eq!(draft.phone.map(Phone::international).as_deref(), Some("+6281234567890"));
    assert_eq!(draft.mother.as_ref().map(PersonName::as_str), Some("Aminah"));
    assert_eq!(draft.income, Some(Rupiah(1_500_000)));
}

#[test]
fn codes_of_the_nik_come_from_the_cell() {
    use Field::{BirthDate, Name, Nik, NoKk, Sex};
    check(&[(Nik, "")], "NIK_MISSING");
    check(&[(Nik, "-")], "NIK_MISSING");
    check(&[(Nik, "Abdul Karim"), (Name, "6401011708620001")], "NIK_NAME_SWAPPED");
    check(&[(Nik, "6.40101E+15")], "NIK_ROUNDED");
    check(&[(Nik, "64O1011708620001")], "NIK_LETTERS_READ_AS_DIGITS");
    check(&[(Nik, "belum rekam KTP")], "NIK_NOT_DIGITS");
    check(&[(Nik, "640101170862001")], "NIK_LENGTH");
    check(&[(Nik, "0401011708620001")], "NIK_PROVINCE");
    check(&[(Nik, "6401011713620001")], "NIK_DATE");
    check(&[(Nik, "6401013102620001")], "NIK_DATE");
    check(&[(Nik, "6401011708620000")], "NIK_SERIAL");
    check(&[(Nik, "6401012406100002")], "NIK_IS_KK");
    check(&[(Nik, "6401010504180003")], "NIK_IS_KK");
    check(&[(Nik, "9999991708620001")], "NIK_REGION_UNKNOWN");
    check(&[(BirthDate, "18/08/1962")], "NIK_BIRTH_DIFFERS");
    check(&[(Sex, "P")], "NIK_SEX_DIFFERS");
    check(&[(NoKk, "640101240610002")], "KK_MALFORMED");
    check(&[(NoKk, "6401011708620001")], "KK_MALFORMED");
    // Spaces and apostrophes are no problem at all.
    check(&[(Nik, "'6401 0117 0862 0001\u{a0}")], "");
}

#[test]
fn codes_of_the_person_come_from_their_cells() {
    use Field::{BirthDate, BirthPlace, BirthPlaceDate, Name, Nik, Sex};
    check(&[(Name, "")], "NAME_MISSING");
    check(&[(Name, "7")], "NAME_NOT_A_NAME");
    check(&[(Name, &"Abdul ".repeat(20))], "NAME_TOO_LONG");
    check(&[(BirthDate, "")], "BIRTH_DATE_FROM_NIK");
    check(&[(BirthDate, "1962")], "BIRTH_DATE_FROM_NIK");
    check(&[(BirthDate, ""), (Nik, "")], "NIK_MISSING BIRTH_DATE_MISSING");
    check(&[(BirthDate, "lupa")], "BIRTH_DATE_UNREADABLE");
    check(&[(BirthDate, "00/00/1961")], "BIRTH_DATE_UNREADABLE");
    check(&[(BirthDate, "05/07/1962")], "NIK_BIRTH_DIFFERS BIRTH_DATE_AMBIGUOUS");
    check(&[(BirthDate, "17/08/1862")], "BIRTH_DATE_OUT_OF_RANGE");
    check(&[(BirthDate, "17/08/2062")], "BIRTH_DATE_OUT_OF_RANGE");
    check(&[(Sex, "")], "SEX_FROM_NIK");
    check(&[(Sex, "L/P")], "SEX_FROM_NIK SEX_UNREADABLE");
    // Place and date in one cell, wherever the sender put it.
    let both = "Busui, 17 Agustus 1962";
    check(&[(BirthPlace, ""), (BirthDate, ""), (BirthPlaceDate, both)], "");
    check(&[(BirthPlace, both), (BirthDate, "")], "");
    check(&[(BirthPlace, ""), (BirthDate, both)], "");
    let (draft, _) = read(&row(2, &[(BirthPlace, ""), (BirthDate, both)]), &busui());
    assert_eq!(draft.birth_place.as_deref(), Some("Busui"));
    // Day and month the other way round, settled by the NIK.
    check(&[(Nik, "6401010508620001"), (BirthDate, "08/05/1962")], "");
}

#[test]
fn codes_of_place_work_and_the_rest_come_from_their_cells() {
    use Field::{District, Income, Occupation, Phone, Village};
    check(&[(Village, "Gedangan"), (District, "Sidoarjo")], "PLACE_OUTSIDE");
    check(&[(District, "Kab. Sidoarjo"), (Village, "")], "PLACE_OUTSIDE");
    check(&[(Village, "Entah Berantah")], "PLACE_UNKNOWN");
    check(&[(Village, "Legai")], "PLACE_OTHER_VILLAGE");
    check(&[(Occupation, "")], "OCCUPATION_MISSING");
    check(&[(Occupation, "astronot")], "OCCUPATION_UNKNOWN");
    check(&[(Phone, "tanya istri")], "PHONE_UNREADABLE");
    check(&[(Income, "cukup")], "INCOME_UNREADABLE");
    // The sender's own village goes without saying, under any of its spellings.
    check(&[(Village, ""), (District, "")], "");
    check(&[(Village, "Ds. BUSUI"), (District, "")], "");
    check(&[(Village, "Batu Sopang"), (District, "Busui")], "");
    check(&[(Village, "Busu.")], "");
    check(&[(Village, "Rant.")], "PLACE_UNKNOWN");
}

#[test]
fn exchanged_columns_are_home_though_the_words_are_known_elsewhere() {
    // There is a district called Ketapang too, on Madura.
    let ctx = DraftContext { territory: region("35.15"), sender: region("35.15"), ..busui() };
    let exchanged = [(Field::Village, "Tanggulangin"), (Field::District, "Ketapang")];
    let (draft, problems) = read(&row(2, &exchanged), &ctx);
    assert_eq!(codes(&problems), "");
    assert_eq!(draft.place.map(|place| place.at_level(3)), region("35.15.06"));
}

#[test]
fn codes_of_age_follow_the_day_of_registration() {
    let born =
        |date: &str, nik: &str| [(Field::BirthDate, date.to_owned()), (Field::Nik, nik.to_owned())];
    let check = |cells: [(Field, String); 2], expect| {
        check(&cells.each_ref().map(|(field, text)| (*field, text.as_str())), expect);
    };
    check(born("01/10/1957", "6401010110570001"), "AGE_OVER_LIMIT");
    check(born("02/10/1957", "6401010210570001"), "AGE_NEAR_LIMIT");
    check(born("17/08/2015", "6401011708150001"), "AGE_UNDER_MINIMUM");
}

#[test]
fn broken_cells_are_named_and_nothing_else_is_said_of_them() {
    for (kind, text, expect) in [
        (CellKind::Error, "#REF!", "CELL_ERROR"),
        (CellKind::FormulaWithoutValue, "", "FORMULA_WITHOUT_VALUE"),
    ] {
        for field in [Field::Nik, Field::Name, Field::BirthDate, Field::Occupation] {
            let mut broken = row(2, &[(field, "")]);
            broken.cells.push(value(field, 2, Cell::of(kind, text)));
            assert_eq!(codes(&read(&broken, &busui()).1), expect, "{field:?}");
        }
        let mut note = row(2, &[]);
        note.cells.push(value(Field::Note, 2, Cell::of(kind, text)));
        assert_eq!(codes(&read(&note, &busui()).1), "");
    }
}

#[test]
fn a_slip_is_mended_only_when_one_number_fits() {
    let nik = |text: &'static str| [(Field::Nik, text)];
    let mended = Some("6401011708620001");
    check_suggestion(&nik("64010117086200001"), ProblemCode::NikLength, mended);
    check_suggestion(&nik("6401011780620001"), ProblemCode::NikDate, mended);
    check_suggestion(&nik("6401011718620001"), ProblemCode::NikDate, mended);
    check_suggestion(&nik("6401017108620001"), ProblemCode::NikBirthDiffers, mended);
    // A digit lost from the serial may have been any.
    check_suggestion(&nik("640101170862001"), ProblemCode::NikLength, None);
    check_suggestion(&nik("640101170862O001"), ProblemCode::NikLettersReadAsDigits, mended);
    let date = [(Field::BirthDate, "lupa")];
    check_suggestion(&date, ProblemCode::BirthDateUnreadable, Some("1962-08-17"));
}

#[test]
fn a_rounded_column_is_known_before_its_rows_are_read() {
    let rounded: Vec<RawRow> = (2..8)
        .map(|number| {
            let mut row = row(number, &[(Field::Nik, "")]);
            let text = format!("640101{:02}08620010", 10 + number);
            row.cells.push(value(Field::Nik, number, Cell::of(CellKind::Number, &text)));
            row
        })
        .collect();
    let mut columns = NikColumns::default();
    rounded.iter().for_each(|row| columns.observe(row));
    let facts = |nik_rounding| TableFacts { nik_rounding, ..TableFacts::default() };
    let tables: Vec<_> = columns.roundings().into_iter().map(facts).collect();
    let known = DraftContext { tables, ..busui() };
    assert_eq!(known.tables[0].nik_rounding, NikRounding { numbers: true, texts: false });
    assert!(codes(&read(&rounded[0], &known).1).starts_with("NIK_ROUNDED"));
    // Without the diagnosis the number would pass.
    assert_eq!(codes(&read(&rounded[5], &busui()).1), "");
}

#[test]
fn what_stands_above_the_table_fills_its_rows() {
    let facts = TableFacts {
        village: Some("Desa Legai".into()),
        district: Some("Batu Sopang".into()),
        ..TableFacts::default()
    };
    let ctx = DraftContext { tables: vec![facts], sender: region("64.01"), ..busui() };
    let bare = row(2, &[(Field::Village, ""), (Field::District, "")]);
    let (draft, problems) = read(&bare, &ctx);
    assert_eq!((draft.place, codes(&problems).as_str()), (region("64.01.01.2012"), ""));
}

#[test]
fn without_a_territory_no_place_is_wrong() {
    let ctx = DraftContext { territory: None, sender: None, ..busui() };
    let (draft, problems) = read(&row(2, &[(Field::Village, "Entah")]), &ctx);
    assert_eq!((draft.place, codes(&problems).as_str()), (None, ""));
}

#[test]
fn the_digest_outlives_a_rewriting_as_text_and_sees_a_change() {
    let digest = |row: &RawRow| read(row, &busui()).0.content;
    let typed = row(2, &[]);
    let mut rewritten = typed.clone();
    rewritten.row = 40;
    for value in &mut rewritten.cells {
        value.cell.kind = CellKind::Text;
        value.cell.text = format!(" {}\u{a0}", value.cell.text).into();
        value.at.row = 40;
    }
    rewritten.cells.reverse();
    assert_eq!(digest(&typed), digest(&rewritten));
    assert_ne!(digest(&typed), digest(&row(2, &[(Field::Sex, "P")])));
    // The same words in exchanged columns are another row.
    let exchanged = [(Field::Village, "Batu Sopang"), (Field::District, "Busui")];
    assert_ne!(digest(&row(2, &exchanged)), digest(&row(2, &[(Field::District, "Batu Sopang")])));
}

/// Reads and compares rows; for each, what comparing them added.
fn compare(rows: &[&[(Field, &str)]]) -> Vec<String> {
    let mut read: Vec<_> = rows
        .iter()
        .zip(2..)
        .map(|(changes, number)| (read(&row(number, changes), &busui()).0, Vec::new()))
        .collect();
    check_file(&mut read);
    let say = |problem: &Problem| {
        format!("{} {}", problem.code.name(), problem.detail.as_deref().unwrap_or(""))
    };
    read.iter().map(|(_, problems)| problems.iter().map(say).collect()).collect()
}

#[test]
fn one_person_twice_is_a_duplicate() {
    use Field::{Name, Nik};
    assert_eq!(compare(&[&[], &[(Name, "H. ABD. KARIM")]]), ["", "DUPLICATE_IN_FILE 2"]);
    assert_eq!(compare(&[&[], &[(Nik, "6401011708620002"), (Name, "Kartini")]]), ["", ""]);
}

#[test]
fn one_number_for_two_people_is_said_of_both() {
    use Field::{BirthDate, MotherName, Name, Nik};
    let other = &[(Name, "Kartono"), (MotherName, "Rukini")][..];
    assert_eq!(compare(&[&[], other]), ["NIK_SHARED 3", "NIK_SHARED 2"]);
    // A third row of the first holder is in doubt as well.
    assert_eq!(compare(&[&[], other, &[]])[2], "NIK_SHARED 2");
    // Nobody's birthday: a family card number.
    let card = |name, date| [(Nik, "6401010504050003"), (Name, name), (BirthDate, date)];
    let rows = [card("Kartono", "17/04/1990"), card("Rukmini", "03/04/1995")];
    assert_eq!(compare(&[&rows[0], &rows[1]]), ["NIK_IS_KK 3", "NIK_IS_KK 2"]);
}

#[test]
fn one_person_under_two_numbers_needs_a_witness() {
    use Field::{BirthDate, MotherName, Name, Nik, Village};
    let other_nik = (Nik, "6401011708620002");
    let both = ["SAME_PERSON_OTHER_NIK 3", "SAME_PERSON_OTHER_NIK 2"];
    assert_eq!(compare(&[&[], &[other_nik]]), both);
    assert_eq!(compare(&[&[], &[other_nik, (Name, "Karim Abd")]])[0], "");
    // Twins and namesakes: another mother, or another village where no mother is named.
    assert_eq!(compare(&[&[], &[other_nik, (MotherName, "Rukini")]]), ["", ""]);
    let (no_mother, legai) = ((MotherName, ""), (Village, "Legai"));
    assert_eq!(compare(&[&[no_mother], &[other_nik, no_mother]]), both);
    assert_eq!(compare(&[&[no_mother], &[other_nik, no_mother, legai]]), ["", ""]);
    // A birthday that registries write for want of a better one bears nothing out.
    let new_year = (BirthDate, "01/01/1962");
    let first = [(Nik, "6401010101620001"), new_year, no_mother];
    let second = [(Nik, "6401010101620002"), new_year, no_mother];
    assert_eq!(compare(&[&first, &second]), ["", ""]);
}

#[test]
fn streaming_and_whole_files_agree() {
    let mut check = FileCheck::default();
    let other = &[(Field::Name, "Kartono")][..];
    for (number, changes) in [(2, &[][..]), (3, other), (4, &[])] {
        check.add(&read(&row(number, changes), &busui()).0);
    }
    let late = check.finish();
    assert_eq!(late.len(), 1);
    assert_eq!((late[0].0, late[0].1.code), ((0, 2), ProblemCode::NikShared));
}

#[test]
fn debug_shows_nobody() {
    let (draft, _) = read(&row(2, &[]), &busui());
    assert_eq!(format!("{draft:?}"), "Draft(sheet 0, row 2)");
}

proptest! {
    #[test]
    fn a_proposal_is_always_a_nik_of_that_birthday(nik in "6401[0-9]{10,14}") {
        let (_, problems) = read(&row(2, &[(Field::Nik, &nik)]), &busui());
        let birth = Day::new(1962, 8, 17).expect("a day");
        for problem in problems.iter().filter(|problem| problem.field == Some(Field::Nik)) {
            if let Some(proposed) = &problem.suggestion {
                let proposed = Nik::parse(proposed).expect("a proposal is well formed");
                prop_assert!(proposed.agrees_with_birth(birth));
            }
        }
    }

    #[test]
    fn any_row_is_read(
        cells in proptest::collection::vec((0..Field::ALL.len(), 0..7usize, "\\PC{0,24}"), 0..18),
        clean in "[0-9/ -]{0,18}",
    ) {
        let kinds = [
            CellKind::Empty, CellKind::Text, CellKind::Number, CellKind::Date, CellKind::Bool,
            CellKind::Error, CellKind::FormulaWithoutValue,
        ];
        let mut cells: Vec<RawValue> = cells
            .iter()
            .map(|(field, kind, text)| value(Field::ALL[*field], 2, Cell::of(kinds[*kind], text)))
            .collect();
        cells.push(value(Field::BirthDate, 2, Cell::text(&clean)));
        cells.push(value(Field::Nik, 2, Cell::text(&clean)));
        let mut rows = [RawRow { sheet: 0, table: 0, row: 2, cells, key: None }];
        ditto::resolve_dittos(&mut rows, &mut ditto::DittoCarry::default());
        let (draft, problems) = read(&rows[0], &busui());
        prop_assert!(problems.is_sorted_by_key(|problem| problem.code));
        if draft.nik.is_none() || draft.name.is_none() || draft.birth.is_none() {
            let weight = problems.iter().map(Problem::severity).max();
            prop_assert_eq!(weight, Some(base::Severity::Error));
        }
    }
}
