//! What is typed, read; a list of a register counted and planned; the sheet for budget documents.
//!
//! Everybody here is invented.

use base::{Day, RegionCode};
use domain::occupation::Occupations;
use rules::Payer;

use super::*;
use crate::environment::Environment;
use crate::keys::KeySource;
use crate::office::{Location, Office, OfficeOptions, Operation};
use crate::reading::Reader;
use crate::words::{Language, Words};

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn number(people: u64) -> Counted {
    let (law, occupations) = (Rulebook::builtin(), Occupations::builtin());
    of_count(&law, &occupations, people, &BaseTyped::default(), month("2022-10")).expect("counted")
}

fn read(text: &str) -> Result<Scenario, AppError> {
    let occupations = Occupations::builtin();
    ScenarioTyped::parse(text)?.read(number(1).usual(&occupations), 0)
}

#[test]
fn a_scenario_is_read_as_typed() {
    let found =
        read("name=Nelayan; pekerjaan=nelayan+petani;skema=jkk+jkm+jht;mulai=2022-10;bulan=3");
    let found = found.expect("well formed");
    assert_eq!((&*found.name, found.schemes.len(), found.occupations.len()), ("Nelayan", 3, 2));
    assert_eq!(found.spans, [(month("2022-10"), month("2022-12"))]);
    let found = read("spans=2026-01..2026-06,2026-09..2026-12;payer=csr;ages=leave").expect("good");
    assert_eq!((&*found.name, found.spans.len(), found.ages), ("A", 2, Ages::Leave));
    assert_eq!(Payer::name(found.payer), "csr");
    // A year from the first month, where nobody says how many.
    assert_eq!(read("from=2023-01").expect("good").spans, [(month("2023-01"), month("2023-12"))]);
    for (text, code) in [
        ("bulan", "SCENARIO_UNREADABLE"),
        ("warna=biru", "SCENARIO_UNREADABLE"),
        ("months=3", "FLAG_MISSING"),
        ("from=2022", "NOT_A_MONTH"),
        ("from=2022-10;months=0", "NOT_A_COUNT"),
        ("from=2022-10;months=601", "NOT_A_COUNT"),
        ("spans=2022-12..2022-10", "MONTHS_BACKWARDS"),
        ("from=2022-10;schemes=jkn", "NOT_SCHEMES"),
        ("from=2022-10;payer=raja", "KIND_UNKNOWN"),
        ("from=2022-10;occupations=raja", "KIND_UNKNOWN"),
        ("from=2022-10;ages=raja", "KIND_UNKNOWN"),
    ] {
        assert_eq!(read(text).expect_err(text).code, code, "{text}");
    }
}

#[test]
fn a_path_without_a_source_is_refused() {
    let (law, occupations) = (Rulebook::builtin(), Occupations::builtin());
    let good = PathTyped {
        from: "2018-02".into(),
        people: "8460".into(),
        goal: "45.000".into(),
        goal_source: "angka rekaan untuk uji".into(),
        apbd: "1000000000000".into(),
        apbd_source: "angka rekaan untuk uji".into(),
        ..PathTyped::default()
    };
    let asked = good.read(&law, &occupations, None).expect("well formed");
    assert_eq!((asked.query.years, asked.query.goal), (5, 45_000));
    let path = path(&law, &asked.query).expect("a path");
    assert_eq!(path.total, Rupiah(26_801_712_000));
    let document = path_document(&asked, &path, &law);
    assert_eq!(document["years"][0]["apbd_share_ppm"], 1_563);
    let code = |typed: PathTyped| typed.read(&law, &occupations, None).expect_err("refused").code;
    assert_eq!(code(PathTyped { goal_source: "".into(), ..good.clone() }), "SOURCE_MISSING");
    assert_eq!(code(PathTyped { apbd_source: "-".into(), ..good.clone() }), "SOURCE_MISSING");
    assert_eq!(code(PathTyped { from: "".into(), ..good.clone() }), "FLAG_MISSING");
    assert_eq!(code(PathTyped { goal: "banyak".into(), ..good.clone() }), "NOT_A_COUNT");
    assert_eq!(code(PathTyped { apbd: "0".into(), ..good }), "NOT_AN_AMOUNT");
}

#[test]
fn a_plan_says_forward_and_back_what_a_quote_says() {
    let law = Rulebook::builtin();
    let scenario = read("from=2022-10;months=3").expect("well formed");
    let found = plan(&law, number(32_268), vec![scenario], Some(Rupiah(1_650_000_000)));
    let found = found.expect("a plan");
    let first = &found.planned[0];
    assert_eq!(first.forecast.total, Rupiah(1_626_307_200));
    let affords = found.affords.as_ref().expect("a budget was given");
    // 1,650,000,000 / 50,400 = 32,738 people, more than there are.
    assert_eq!((affords.people.people, affords.months.months), (32_268, 3));
    let document = plan_document(&found, &law, Words::of(Language::Indonesian));
    assert_eq!(document["scenarios"][0]["total_rupiah"], 1_626_307_200_i64);
    assert_eq!(document["affords"]["months"]["leftover_rupiah"], 23_692_800);
    let line = &document["scenarios"][0]["lines"][0];
    assert!(line["rule"].as_str().is_some_and(|rule| rule.contains('@')), "{line}");
    assert_eq!(document["rulebook"], law.version().to_string());
}

#[test]
fn a_gap_is_told_with_what_it_costs_the_heirs() {
    let law = Rulebook::builtin();
    let scenario = read("spans=2026-01..2026-06,2027-01..2027-12").expect("well formed");
    let found = plan(&law, number(10), vec![scenario], None).expect("a plan");
    let names: Vec<&str> = found.planned[0].warnings.iter().map(|one| one.name()).collect();
    assert!(names.contains(&"FISCAL_YEAR_GAP"), "{names:?}");
    let heirs = &found.planned[0].heirs;
    assert_eq!(heirs.len(), 3);
    let words = Words::of(Language::Indonesian);
    let told = heirs_in_words(words, &heirs[1]);
    assert!(told.contains("Rp42.000.000") && told.contains("satu kematian"), "{told}");
    assert!(!rules_in_words(&heirs[1]).is_empty());
}

#[test]
fn the_sheet_for_the_budget_is_a_spreadsheet_and_a_print() {
    let law = Rulebook::builtin();
    let scenario = read("from=2026-03;months=11;payer=csr").expect("well formed");
    let found = plan(&law, number(10), vec![scenario], None).expect("a plan");
    let asked = RkaAsked {
        title: "Perlindungan pekerja rentan",
        account: "5.1.02.02.02.0063",
        today: Day::new(2025, 11, 1),
    };
    let words = Words::of(Language::Indonesian);
    let files = asked.files(&found.planned[0], &law, words).expect("written");
    assert_eq!(files[0].name, "rka.xlsx");
    assert!(files[0].bytes.starts_with(b"PK") && files[1].bytes.starts_with(b"%PDF"));
    let again = asked.files(&found.planned[0], &law, words).expect("written");
    assert_eq!(files[1].bytes, again[1].bytes);
}

#[test]
fn wages_are_asked_for_and_kinds_of_work_decide() {
    let (law, occupations) = (Rulebook::builtin(), Occupations::builtin());
    let pu =
        BaseTyped { segment: "by-rule".into(), wage: "2500000".into(), ..BaseTyped::default() };
    let rule = pu.read(&law, &occupations, Rupiah::ZERO, month("2018-02")).expect("good");
    let key = |text: &str| domain::occupation::OccupationKey(text.into());
    assert!(matches!(rule.of(Some(&key("honorer"))), Base::Pu { .. }));
    assert!(matches!(rule.of(Some(&key("petani"))), Base::Bpu { .. }));
    assert!(matches!(rule.of(None), Base::Bpu { .. }));
    let missing = BaseTyped { segment: "pu".into(), ..BaseTyped::default() };
    let error = missing.read(&law, &occupations, Rupiah::ZERO, month("2018-02"));
    assert_eq!(error.map(|_| ()).expect_err("no wage").code, "FLAG_MISSING");
}

#[test]
fn a_file_is_counted_without_a_register() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("daftar.csv");
    let rows = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n\
                6401051108620001,WARGA SATU,11-08-1962,L,nelayan\n\
                6401051208620002,WARGA DUA,12-08-1962,L,petani\n\
                6401051108620001,WARGA SATU,11-08-1962,L,nelayan\n";
    std::fs::write(&path, rows).expect("written");
    let (law, occupations) = (Rulebook::builtin(), Occupations::builtin());
    let gazetteer = crate::regions::gazetteer(RegionCode::from_digits(6401, 2));
    let law = (&law, &occupations, gazetteer);
    let (base, first) = (BaseTyped::default(), month("2022-10"));
    let files = std::slice::from_ref(&path);
    let found = of_files(law, &Reader::InProcess, files, &base, first).expect("read");
    // The same number twice is one person.
    assert_eq!((found.counted.people.people(), found.without_birth), (2, 0));
    let missing = [folder.path().join("tidak-ada.csv")];
    let error = of_files(law, &Reader::InProcess, &missing, &base, first).map(|_| ());
    assert_eq!(error.expect_err("refused").code, "FILE_REFUSED");
}

#[test]
fn an_empty_register_has_nobody_to_plan_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(OfficeOptions {
        location: Location::Directory(folder.path().to_owned()),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 3).expect("a day"), 4),
        keys: KeySource::beside(folder.path()),
    })
    .expect("opens");
    let actor = office.actor("operator", Operation::ReadMoney).expect("the first user");
    let counted = office.plan_of_register(&actor, &BaseTyped::default()).expect("counted");
    let scenario = read("from=2022-10").expect("well formed");
    let error = plan(&office.rulebook, counted, vec![scenario], None).expect_err("nobody");
    assert_eq!(error.code, "NO_PEOPLE");
}
