//! `payung law` and `payung quote` as others call them: worked examples of the law, flag by flag,
//! with the figure each must come to, and what is refused with which exit code.

use std::process::{Command, Output};

use app::words::{Language, Words};
use rules::{
    CheckKind, Consequence, Heir, JhtReason, LineKey, LoadProblemCode, Note, NumberKey, Payer,
    QuoteWarning, Segment, WorkSector,
};
use serde_json::Value;

use crate::program::Place;

/// Name, words of the command, field of the answer, and what it must say.
type Example = (&'static str, &'static str, &'static str, i64);

const CONTRIBUTIONS: &[Example] = &[
    ("V01", "--income 900000 --month 2022-10 --payer apbd", "/total_rupiah", 16_800),
    ("V02", "--income 1000000 --schemes jkk,jkm,jht --month 2022-10", "/total_rupiah", 36_800),
    ("V03", "--income 1099000 --month 2022-10", "/total_rupiah", 16_800),
    ("V04", "--income 1099500 --month 2022-10", "/total_rupiah", 16_800),
    ("V05", "--income 1100000 --month 2022-10", "/total_rupiah", 18_800),
    ("V06", "--income 2700000 --month 2022-10", "/total_rupiah", 36_300),
    ("V07", "--income 2700000 --schemes jkk,jkm,jht --month 2022-10", "/total_rupiah", 95_300),
    ("V08", "--income 3200000 --month 2022-10", "/total_rupiah", 41_300),
    ("V09", "--income 20199000 --month 2022-10", "/total_rupiah", 203_800),
    ("V10", "--income 20200000 --schemes jkk,jkm,jht --month 2022-10", "/total_rupiah", 627_800),
    ("V11", "--income 50000000 --month 2022-10", "/total_rupiah", 213_800),
    ("V13", "--income 1000000 --month 2020-09", "/total_rupiah", 168),
    ("V14", "--income 1000000 --month 2020-07", "/total_rupiah", 16_800),
    ("V15", "--income 1000000 --month 2021-02", "/total_rupiah", 16_800),
    ("V16", "--month 2026-01 --payer self --sector transport", "/total_rupiah", 8_400),
    (
        "V17",
        "--month 2026-01 --payer self --sector transport --schemes jkk,jkm,jht",
        "/total_rupiah",
        28_400,
    ),
    ("V18", "--month 2026-03 --payer self --sector other", "/total_rupiah", 16_800),
    ("V19", "--month 2026-04 --payer self --sector other", "/total_rupiah", 8_400),
    ("V20", "--month 2027-01 --payer self --sector other", "/total_rupiah", 16_800),
    ("V21", "--month 2027-03 --payer self --sector transport", "/total_rupiah", 8_400),
    ("V22", "--month 2027-04 --payer self --sector transport", "/total_rupiah", 16_800),
    ("V23", "--month 2026-06 --payer apbd --sector other", "/total_rupiah", 16_800),
    ("V24", "--income 2950000 --month 2026-06 --payer self", "/total_rupiah", 18_150),
    ("V33", "--segment pu --wage 3000000 --schemes jkk --month 2024-06", "/total_rupiah", 7_200),
    (
        "V34",
        "--segment pu --wage 3000000 --schemes jkk --month 2024-06 --risk-class 5",
        "/total_rupiah",
        52_200,
    ),
    (
        "V35",
        "--segment pu --wage 3000000 --schemes jkk,jkm,jht,jp --month 2024-06",
        "/payer_rupiah",
        187_200,
    ),
    (
        "V36",
        "--segment pu --wage 3000000 --schemes jkk,jkm,jht,jp --month 2024-06",
        "/worker_rupiah",
        90_000,
    ),
    ("V37", "--segment pu --wage 2500000 --month 2024-06 --payer apbd", "/total_rupiah", 13_500),
    ("V38", "--segment pu --wage 15000000 --schemes jp --month 2026-02", "/total_rupiah", 316_422),
    ("V39", "--segment pu --wage 15000000 --schemes jp --month 2026-03", "/total_rupiah", 332_589),
    ("V40", "--segment pu --wage 3000000 --month 2024-06 --jkp-member", "/total_rupiah", 16_200),
    ("V40 jkk", "--segment pu --wage 3000000 --month 2024-06 --jkp-member", "/split/jkk", 3_000),
    ("V40 jkm", "--segment pu --wage 3000000 --month 2024-06 --jkp-member", "/split/jkm", 6_000),
    ("V40 jkp", "--segment pu --wage 3000000 --month 2024-06 --jkp-member", "/split/jkp", 7_200),
    ("V41", "--segment pu --wage 3000000 --month 2025-06 --jkp-member", "/total_rupiah", 16_200),
    ("V41 jkk", "--segment pu --wage 3000000 --month 2025-06 --jkp-member", "/split/jkk", 3_000),
    ("V41 jkm", "--segment pu --wage 3000000 --month 2025-06 --jkp-member", "/split/jkm", 9_000),
    ("V41 jkp", "--segment pu --wage 3000000 --month 2025-06 --jkp-member", "/split/jkp", 4_200),
    (
        "V42",
        "--segment pu --wage 3000000 --schemes jkk --month 2025-03 --labour-intensive",
        "/total_rupiah",
        3_600,
    ),
    (
        "V43",
        "--segment construction --contract 100000000 --month 2024-06",
        "/total_rupiah",
        240_000,
    ),
    (
        "V44",
        "--segment construction --contract 250000000 --month 2024-06",
        "/total_rupiah",
        525_000,
    ),
    (
        "V45",
        "--segment construction --contract 500000000 --month 2024-06",
        "/total_rupiah",
        1_000_000,
    ),
    (
        "V46",
        "--segment construction --contract 1000000000 --month 2024-06",
        "/total_rupiah",
        1_750_000,
    ),
    (
        "V47",
        "--segment construction --contract 5000000000 --month 2024-06",
        "/total_rupiah",
        6_550_000,
    ),
    (
        "V48",
        "--segment construction --contract 10000000000 --month 2024-06",
        "/total_rupiah",
        11_550_000,
    ),
    ("V49", "--segment pmi --contract 24 --month 2024-06", "/total_rupiah", 370_000),
];

const BENEFITS: &[Example] = &[
    (
        "V50",
        "jkm --segment bpu --death 2024-06-10 --registered 2024-06-01 --paid 2024-06",
        "/total_rupiah",
        42_000_000,
    ),
    (
        "V51",
        "jkm --segment bpu --death 2025-08-10 --registered 2025-07-01 --paid 2025-07..2025-08",
        "/total_rupiah",
        10_000_000,
    ),
    (
        "V52",
        "jkm --segment bpu --death 2025-08-10 --registered 2025-05-01 --paid 2025-05..2025-07",
        "/total_rupiah",
        42_000_000,
    ),
    (
        "V53",
        "jkm --segment bpu --death 2025-08-10 --registered 2025-06-01 --paid 2025-06..2025-08",
        "/total_rupiah",
        10_000_000,
    ),
    (
        "V54",
        "jkm --death 2025-09-20 --registered 2025-08-01 --paid 2025-01..2025-03,2025-08..2025-09",
        "/total_rupiah",
        10_000_000,
    ),
    (
        "V55",
        "jkm --death 2019-12-01 --registered 2019-01-01 --paid 2019-01..2019-12",
        "/total_rupiah",
        24_000_000,
    ),
    (
        "V56",
        "jkm --death 2019-12-02 --registered 2019-01-01 --paid 2019-01..2019-12",
        "/total_rupiah",
        42_000_000,
    ),
    ("V57", "jkk-death --base 1000000 --accident 2025-08-10", "/total_rupiah", 70_000_000),
    ("V58", "jkk-death --base 2950000 --accident 2025-08-10", "/total_rupiah", 163_600_000),
    ("V59", "jkk-total --base 1000000 --accident 2025-08-10", "/total_rupiah", 68_000_000),
    (
        "V60",
        "jkk-partial --base 1000000 --accident 2023-05-01 --loss D01",
        "/total_rupiah",
        32_000_000,
    ),
    (
        "V61",
        "jkk-partial --base 1000000 --accident 2023-05-01 --loss D02 --left-handed",
        "/total_rupiah",
        32_000_000,
    ),
    (
        "V62",
        "jkk-partial --base 1000000 --accident 2023-05-01 --loss D12",
        "/total_rupiah",
        28_000_000,
    ),
    (
        "V63",
        "jkk-partial --base 1000000 --accident 2023-05-01 --loss D33:30",
        "/total_rupiah",
        14_400_000,
    ),
    (
        "V64",
        "jkk-partial --base 1000000 --accident 2023-05-01 --loss D06:50",
        "/total_rupiah",
        11_200_000,
    ),
    (
        "V65",
        "jkk-incapacity --base 1000000 --accident 2023-05-01 --months 14",
        "/total_rupiah",
        13_000_000,
    ),
    (
        "V66",
        "jkk-incapacity --base 1000000 --accident 2019-06-01 --months 14",
        "/total_rupiah",
        11_500_000,
    ),
    ("V67", "jkk-transport --accident 2023-05-01 --land 6200000", "/total_rupiah", 5_000_000),
    (
        "V68",
        "jkk-transport --accident 2023-05-01 --land 3000000 --sea 2500000 --air 0",
        "/total_rupiah",
        5_000_000,
    ),
    ("V69", "scholarship --event 2023-05-01 --child tk", "/total_rupiah", 87_000_000),
    (
        "V70",
        "scholarship --event 2023-05-01 --child tk --child tk --child tk",
        "/total_rupiah",
        174_000_000,
    ),
    ("V71", "scholarship --event 2023-05-01 --child smp1", "/total_rupiah", 75_000_000),
    ("V72", "jht --gross 80000000 --on 2024-06-01", "/total_rupiah", 78_500_000),
    ("V73", "jkp --wage 8000000 --on 2025-06-01", "/total_rupiah", 18_000_000),
];

/// What stands beside the vectors: several segments, balances, months ahead, ages.
const BESIDES: &[Example] = &[
    // 20 m + 12 m for each segment, burial of 10 m once.
    (
        "two segments",
        "benefit jkm --death 2025-08-10 --registered 2025-01-01 --paid 2025-01..2025-08 \
         --also pu:2024-01-01:2024-01..2025-07",
        "/total_rupiah",
        74_000_000,
    ),
    // January earns nothing in its own month; eleven months at 5 % ÷ 12 of 1,200,000.
    (
        "a year's growth",
        "benefit jht-balance --paid-in 2024-01:1200000 --until 2024-12",
        "/total_rupiah",
        1_255_000,
    ),
    // March in full, April and May at half.
    ("ahead", "contribution --month 2026-03 --months 3", "/total_rupiah", 33_600),
    (
        "ahead of APBD",
        "contribution --month 2026-03 --months 3 --payer apbd",
        "/total_rupiah",
        50_400,
    ),
    (
        "by trade",
        "contribution --segment pu --wage 3000000 --month 2026-03 --trade jasa-pemerintahan",
        "/trade/risk_class",
        1,
    ),
    (
        "second instalment",
        "contribution --segment construction --contract 250000000 --month 2024-06 --instalments",
        "/instalments/1/rupiah",
        131_250,
    ),
    // Due Monday 17 February 2025: two months and some days late are three begun.
    (
        "late",
        "penalty --month 2025-01 --contribution 10000000 --paid-on 2025-04-20",
        "/total_rupiah",
        600_000,
    ),
    (
        "late, BPU",
        "penalty --segment bpu --month 2025-01 --contribution 16800 --paid-on 2025-04-20",
        "/total_rupiah",
        0,
    ),
    // Twenty on the day of the event: three years of university until 23.
    (
        "until 23",
        "benefit scholarship --event 2025-08-10 --child s1:2005-08-10",
        "/total_rupiah",
        36_000_000,
    ),
    ("heirs", "heirs --death 2025-01-01 --left sibling,parent", "/rank", 2),
];

const QUOTES: &[Example] = &[
    ("V12", "--workers 1 --months 12 --from 2022-10 --payer self", "/total_rupiah", 201_600),
    ("V25", "--workers 1 --months 12 --from 2026-01 --payer self", "/total_rupiah", 126_000),
    (
        "V26",
        "--workers 1 --months 12 --from 2026-01 --payer self --sector transport",
        "/total_rupiah",
        100_800,
    ),
    (
        "V27",
        "--workers 32268 --months 3 --from 2022-10 --payer apbd",
        "/total_rupiah",
        1_626_307_200,
    ),
    (
        "V28",
        "--workers 32268 --months 12 --from 2023-01 --payer apbd",
        "/total_rupiah",
        6_505_228_800,
    ),
    (
        "V29",
        "--workers 12633 --months 12 --from 2024-01 --payer apbd",
        "/total_rupiah",
        2_546_812_800,
    ),
    (
        "V30",
        "--workers 13395 --months 12 --from 2025-01 --payer apbd",
        "/total_rupiah",
        2_700_432_000,
    ),
    (
        "V31",
        "--workers 10085 --months 12 --from 2025-01 --payer apbd",
        "/total_rupiah",
        2_033_136_000,
    ),
    (
        "V32",
        "--workers 35782 --months 12 --from 2025-01 --payer apbd",
        "/total_rupiah",
        7_213_651_200,
    ),
    // 1,650,000,000 ÷ (3 × 16,800 = 50,400) = 32,738 people, 4,800 left.
    ("people", "--budget 1650000000 --months 3 --from 2022-10 --payer apbd", "/people_max", 32_738),
    (
        "left over",
        "--budget 1650000000 --months 3 --from 2022-10 --payer apbd",
        "/leftover_rupiah",
        4_800,
    ),
    // 1,000 people, then 2.5 % more: (12 × 1,000 + 12 × 1,025) × 16,800.
    (
        "growth",
        "--workers 1000 --months 24 --from 2024-01 --growth 2.5",
        "/total_rupiah",
        408_240_000,
    ),
    (
        "growth back",
        "--budget 408240000 --months 24 --from 2024-01 --growth 2,5",
        "/people_max",
        1_000,
    ),
    (
        "growth in months",
        "--budget 218819999 --workers 1000 --from 2024-01 --growth 2.5",
        "/months_max",
        12,
    ),
    (
        "shrinking",
        "--workers 1000 --months 13 --from 2024-01 --growth -10",
        "/by_month/12/people",
        900,
    ),
    // 32,268 × 16,800 = 542,102,400 a month: three fit into 1,650,000,000 and a fourth does not.
    ("months", "--budget 1650000000 --workers 32268 --from 2022-10 --payer apbd", "/months_max", 3),
];

#[test]
fn contributions_come_to_the_figures_of_the_law() {
    check("law contribution", CONTRIBUTIONS);
}

#[test]
fn benefits_come_to_the_figures_of_the_law() {
    check("law benefit", BENEFITS);
}

#[test]
fn quotes_come_to_the_figures_of_the_budgets() {
    check("quote", QUOTES);
}

#[test]
fn what_stands_beside_the_vectors_comes_to_its_figures() {
    check("law", BESIDES);
}

#[test]
fn cover_starts_bears_lapses_and_returns_by_rule() {
    let words = "law cover --registered 2025-01-10 --paid 2025-01..2025-03,2025-11";
    let answer = ask(&format!("{words} --on 2025-11-20"));
    assert_eq!((&answer["state"], &answer["status"]), (&"active".into(), &"secondary".into()));
    let history = answer["history"].as_array().expect("a history");
    let states: Vec<String> = history
        .iter()
        .map(|change| format!("{} {}", change["from"], change["state"]).replace('"', ""))
        .collect();
    // April falls due on Thursday 15 May, May on Monday 16 June, and so on.
    let expected = [
        "2025-01-10 active",
        "2025-05-16 grace",
        "2025-06-17 grace",
        "2025-07-16 grace",
        "2025-08-16 inactive",
        "2025-11-01 active",
    ];
    assert_eq!(states, expected);
    assert!(history.iter().all(|change| change["rule"].is_string()));
    let after = answer["after_lapse"].as_array().expect("consequences");
    let codes: Vec<&str> = after.iter().filter_map(|what| what["code"].as_str()).collect();
    assert_eq!(codes, ["OLD_ARREARS_FORGIVEN", "AGE_ASKED_AGAIN", "JKM_COUNT_RESTARTS"]);
    let lapsed = ask(&format!("{words} --on 2025-10-31"));
    assert_eq!((&lapsed["state"], &lapsed["paid_until"]), (&"inactive".into(), &"2025-03".into()));
}

#[test]
fn the_due_day_moves_off_holidays() {
    // 15 February 2026 is a Sunday; 16 and 17 are the Lunar New Year and its collective leave.
    let answer = ask("law due --segment pu --month 2026-01");
    assert_eq!((&answer["nominal"], &answer["due"]), (&"2026-02-15".into(), &"2026-02-18".into()));
    let heirs = ask("law heirs --death 2025-01-01 --left funeral-organiser");
    assert_eq!(
        (&heirs["burial_only"], &heirs["heirs"][0]),
        (&true.into(), &"funeral-organiser".into())
    );
}

#[test]
fn a_calculation_becomes_pages_for_an_appendix() {
    let folder = tempfile::tempdir().expect("a folder");
    let death = "--death 2025-08-10 --registered 2025-01-01 --paid 2025-01..2025-08";
    let two = format!("law benefit jkm {death} --also pu:2024-01-01:2024-01..2025-07");
    for (at, words) in [
        "law contribution --month 2026-06 --payer apbd",
        "law contribution --month 2026-03 --months 12",
        "law contribution --segment pmi --contract 24 --month 2024-06",
        "law contribution --segment construction --contract 250000000 --month 2024-06 --instalments",
        "law benefit jkk-partial --base 1000000 --accident 2023-05-01 --loss D01 --loss D12",
        "law penalty --month 2025-01 --contribution 10000000 --paid-on 2025-04-20",
        "law show --on 2026-06-01",
        "quote --workers 10 --months 12 --from 2026-01",
        &two,
    ]
    .into_iter()
    .enumerate()
    {
        for language in ["id", "en"] {
            let file = folder.path().join(format!("{at}-{language}.pdf"));
            let words = format!("{words} --lang {language} --pdf {}", file.display());
            let output = run(&words);
            assert!(output.status.success(), "{words}");
            let said = stdout(&output);
            assert!(!said.contains("law-"), "a sentence is missing: {said}");
            let pages = std::fs::read(&file).expect("the pages are written");
            assert!(pages.starts_with(b"%PDF-"), "{words}");
        }
    }
}

#[test]
fn a_programme_is_quoted_with_the_ages_of_its_people() {
    let place = Place::set_up();
    // Invented people of invented work: one turns 65 in 2025, one is young.
    let list = "NIK,Nama,Tempat Lahir,Tanggal Lahir,Jenis Kelamin,Alamat,Pekerjaan\n\
        6401011506600001,Rekaan Tua,Paser,15-06-1960,L,Jl. Contoh 1 RT 001,Petani\n\
        6401011708850002,Rekaan Muda,Paser,17-08-1985,L,Jl. Contoh 2 RT 001,Petani\n";
    std::fs::write(place.path().join("daftar.csv"), list).expect("a file");
    place.import("daftar.csv");
    let quote = |words: &str| {
        let words = format!("quote --programme coba {words}");
        let (code, answer) = place.json(&words.split_whitespace().collect::<Vec<&str>>());
        assert_eq!(code, 0, "{answer}");
        answer
    };
    let short = quote("");
    assert_eq!((&short["people"], &short["total_rupiah"]), (&2.into(), &100_800.into()));
    assert!(short["warnings"].as_array().is_some_and(Vec::is_empty), "{short}");
    let codes = |answer: &Value| -> Vec<String> {
        let warnings = answer["warnings"].as_array().expect("warnings").iter();
        warnings.filter_map(|warning| warning["code"].as_str().map(str::to_owned)).collect()
    };
    let long = quote("--from 2022-10 --months 36");
    assert!(codes(&long).contains(&"AGE_LIMIT".to_owned()), "{long}");
    // Whoever is 65 before the first month cannot be registered, and is not paid for.
    let late = quote("--from 2025-07 --months 6");
    assert_eq!((&late["people"], &late["monthly_rupiah"]), (&1.into(), &16_800.into()));
}

#[test]
fn every_line_names_its_rule_and_says_how_well_it_is_known() {
    let answer = ask("law contribution --segment pu --wage 3000000 --schemes jht --month 2024-06");
    let lines = answer["lines"].as_array().expect("lines");
    let bearers: Vec<&str> = lines.iter().filter_map(|line| line["borne_by"].as_str()).collect();
    assert_eq!(bearers, ["employer", "worker"]);
    for line in lines {
        for field in ["scheme", "rule", "article", "status"] {
            assert!(line[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {line}");
        }
    }
    for language in ["id", "en"] {
        let words =
            format!("law benefit jkk-death --base 1 --accident 2025-08-10 --lang {language}");
        let text = stdout(&run(&words));
        assert!(!text.contains("law-"), "a sentence is missing: {text}");
        assert!(text.contains("max("), "the formula is shown: {text}");
    }
}

#[test]
fn everything_the_rules_can_say_has_words_in_both_languages() {
    let mut keys: Vec<String> = vec!["law-bearer-worker".to_owned()];
    keys.extend(LineKey::ALL.iter().map(|key| format!("law-line-{}", key.name())));
    keys.extend(NumberKey::ALL.iter().map(|key| format!("law-number-{}", key.name())));
    keys.extend(Note::NAMES.iter().map(|name| format!("law-note-{name}")));
    keys.extend(QuoteWarning::NAMES.iter().map(|name| format!("quote-{name}")));
    keys.extend(Payer::ALL.iter().map(|payer| format!("law-bearer-{}", payer.name())));
    keys.extend(Heir::ALL.iter().map(|heir| format!("law-heir-{}", heir.name())));
    keys.extend(JhtReason::ALL.iter().map(|reason| format!("law-reason-{}", reason.name())));
    keys.extend(Segment::ALL.iter().map(|segment| format!("law-segment-{}", segment.name())));
    keys.extend(WorkSector::ALL.iter().map(|sector| format!("law-sector-{}", sector.name())));
    keys.extend(Consequence::NAMES.iter().map(|name| format!("law-return-{name}")));
    for kind in [CheckKind::Open, CheckKind::NeverConfirmed, CheckKind::NotComputed] {
        keys.push(format!("law-check-{}", kind.name()));
    }
    for code in LoadProblemCode::ALL {
        keys.push(format!("law-load-{}", code.name()));
        keys.push(format!("law-load-{}.remedy", code.name()));
    }
    for language in [Language::Indonesian, Language::English] {
        let words = Words::of(language);
        for key in &keys {
            assert_ne!(words.get(key), *key, "{language:?}");
        }
    }
}

#[test]
fn a_plan_too_short_for_the_full_benefit_is_warned_of() {
    for (words, code) in [
        ("--workers 10 --months 2 --from 2026-01 --payer csr", "SPONSOR_TRAP"),
        ("--workers 10 --span 2025-10..2025-12 --span 2026-03..2026-12", "FISCAL_YEAR_GAP"),
        ("--workers 10 --months 12 --from 2026-01 --payer dbh-sawit", "NOT_YET_REGISTERED_ONLY"),
        ("--workers 10 --months 12 --from 2026-01 --payer apbd", "RELIEF_NOT_FOR_PAYER"),
        ("--workers 10 --months 12 --from 2026-01 --payer apbd --budget 1300000", "BUDGET_HALVED"),
    ] {
        let answer = ask(&format!("quote {words}"));
        let warnings = answer["warnings"].as_array().expect("warnings");
        let found = warnings.iter().find(|warning| warning["code"] == code);
        let text = found.and_then(|warning| warning["text"].as_str());
        assert!(text.is_some_and(|text| text.ends_with('.')), "{words}: {answer}");
    }
}

#[test]
fn groups_of_a_file_are_added_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("groups.csv");
    // 10 × 16,800 + 5 × 36,800 = 352,000 a month.
    std::fs::write(&file, "people,income,schemes\n10,1000000,jkk+jkm\n5,,\"jkk,jkm,jht\"\n")
        .expect("a file");
    let file = file.display();
    let answer = ask(&format!("quote --groups {file} --months 2 --from 2022-10"));
    assert_eq!(answer["people"], 15);
    assert_eq!(answer["total_rupiah"], 704_000);
}

#[test]
fn what_cannot_be_answered_is_refused_in_words() {
    for (words, code) in [
        ("law contribution --income x --month 2024-01", 2),
        ("law contribution --segment abc --month 2024-01", 2),
        ("law contribution --segment pu --month 2024-01", 2),
        ("law contribution --month 2024-13", 2),
        ("law contribution --month 2014-01", 7),
        ("law contribution --schemes jp --month 2024-01", 7),
        ("law benefit jkk-partial --base 1000000 --accident 2023-01-01 --loss D99", 2),
        ("law benefit jkm --death 2025-08-10 --registered 2025-01-01 --paid x", 2),
        ("law benefit jkp --wage 5000000 --on 2010-01-01", 7),
        ("law contribution --month 2026-03 --months 4", 7),
        ("law contribution --segment pu --wage 3000000 --month 2026-03 --months 2", 2),
        ("law contribution --segment pu --wage 3000000 --month 2026-03 --trade x", 5),
        ("law benefit jkm --death 2025-08-10 --registered 2025-01-01 --also pu", 2),
        ("law benefit jht-balance --paid-in 2024-01 --until 2024-12", 2),
        ("law benefit scholarship --event 2024-01-01 --child sd7", 2),
        ("law benefit scholarship --event 2024-01-01 --child sd1:2015-02-30", 2),
        ("law cover --registered 2020-02-30", 2),
        ("law cover --registered 1016-01-01 --on 2025-01-01", 2),
        ("law heirs --death 2025-01-01 --left cousin", 2),
        ("law due --month 2014-01", 7),
        ("quote --workers 1 --months 1 --from 2025-01 --growth x", 2),
        ("quote --workers 1 --months 1 --from 2025-01 --growth -101", 2),
        ("law show no.such_rule", 5),
        ("law check --regulations no-such-folder", 5),
        ("law diff --from builtin --to builtin --months 2025-02..2025-01", 2),
        ("quote --months 3 --from 2022-10", 2),
    ] {
        let output = run(words);
        assert_eq!(output.status.code(), Some(code), "{words}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.trim_end().ends_with('.') && !said.contains("error-"), "{words}: {said}");
    }
}

#[test]
fn another_folder_of_regulations_changes_the_money_and_the_difference_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let regulations = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regulations");
    let text = std::fs::read_to_string(regulations.join("jkm/pemakaman.toml")).expect("a rule");
    assert!(text.contains("10_000_000"), "{text}");
    std::fs::create_dir(folder.path().join("jkm")).expect("a folder");
    let changed = text.replace("10_000_000", "11_000_000");
    std::fs::write(folder.path().join("jkm/pemakaman.toml"), changed).expect("a file");
    let folder = folder.path().display();
    let death = "--death 2024-06-10 --registered 2024-06-01 --paid 2024-06";
    let answer = ask(&format!("law benefit jkm {death} --regulations {folder}"));
    assert_eq!(answer["total_rupiah"], 43_000_000);
    let told = ask(&format!("law diff --from builtin --to {folder} --months 2024-01..2024-12"));
    let money = told["money"].as_array().expect("changes");
    assert!(money.iter().any(|change| change["case"] == "jkm" && change["last"] == "2024-12"));
    assert!(told["changed"].as_array().is_some_and(|rules| !rules.is_empty()));
    // People read the facts in their own words, no names of fields.
    for (language, fact) in [("id", "segmen penerima upah"), ("en", "segment wage earner")] {
        let words = format!("law diff --from builtin --to {folder} --months 2024-01..2024-12");
        let told = stdout(&run(&format!("{words} --lang {language}")));
        assert!(told.contains(fact) && !told.contains("_rupiah"), "{told}");
        assert!(!told.contains("law-"), "a sentence is missing: {told}");
    }
}

fn check(command: &str, examples: &[Example]) {
    for (name, words, field, expect) in examples {
        let answer = ask(&format!("{command} {words}"));
        let found = answer.pointer(field).and_then(Value::as_i64);
        assert_eq!(found, Some(*expect), "{name}: {command} {words}: {answer}");
    }
}

fn ask(words: &str) -> Value {
    let output = run(&format!("{words} --json"));
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_str(&stdout(&output)).expect("one JSON document")
}

fn run(words: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_payung"))
        .args(words.split_whitespace())
        .output()
        .expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}
