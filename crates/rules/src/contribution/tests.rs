//! What the worked examples cannot show: lines, citations, and properties over all questions.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::payer::FundKind;

/// Loaded once: the properties ask thousands of questions.
static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn query(income: i64, text: &str, payer: Payer, sector: WorkSector) -> BpuQuery {
    let (income, schemes) = (Rupiah(income), Schemes::JKK_JKM_JHT);
    BpuQuery { income, schemes, month: month(text), payer, sector }
}

#[test]
fn lines_carry_rule_article_and_status() {
    let rulebook = &*RULEBOOK;
    let question = query(2_700_000, "2022-10", Payer::SelfPaid, WorkSector::Other);
    let answer = rulebook.bpu_contribution(&question).expect("an answer");
    let lines: Vec<_> = answer
        .lines
        .iter()
        .map(|line| (line.scheme.name(), line.rupiah.0, line.rule.as_str(), line.article))
        .collect();
    let jkm = "PP 44/2015 ketentuan iuran JKM peserta bukan penerima upah \
               (nomor pasal belum diperiksa)";
    assert_eq!(
        lines,
        [
            ("jkk", 29_500, "jkk.iuran_bpu@2015-07-01", "PP 44/2015 Lampiran II"),
            ("jkm", 6_800, "jkm.iuran_bpu@2015-07-01", jkm),
            ("jht", 59_000, "jht.iuran_bpu@2015-07-01", "PP 46/2015 Lampiran"),
        ]
    );
    assert_eq!((answer.base, answer.tier), (Rupiah(2_950_000), 10));
    assert_eq!(answer.status, RuleStatus::Secondary);
    assert!(answer.lines.iter().all(|line| line.relief.is_none()));
}

#[test]
fn reliefs_say_what_they_did_and_to_whom_not() {
    let rulebook = &*RULEBOOK;
    let note = |payer: Payer, scheme: usize| {
        let question = query(1_000_000, "2026-06", payer, WorkSector::Other);
        let answer = rulebook.bpu_contribution(&question).expect("an answer");
        let line = answer.lines[scheme];
        line.relief.map(|note| (note.rule.as_str(), note.article, note.effect))
    };
    let relief = "relief.pp_50_2025_lainnya@2026-04-01";
    let applied = ReliefEffect::Applied { before: Rupiah(10_000), remitted: Rupiah(5_000) };
    let granted = Some((relief, "PP 50/2025 Pasal 4 ayat (1)", applied));
    assert_eq!(note(Payer::SelfPaid, 0), granted);
    let apbd = Payer::Fund(FundKind::Apbd);
    let left_out = Some((relief, "PP 50/2025 Pasal 3", ReliefEffect::ExcludedByPayer));
    assert_eq!(note(apbd, 0), left_out);
    assert_eq!(note(apbd, 2), None);
}

#[test]
fn what_is_open_is_named() {
    let rulebook = &*RULEBOOK;
    let open = |income, text, payer, scheme: usize| {
        let question = query(income, text, payer, WorkSector::Other);
        let answer = rulebook.bpu_contribution(&question).expect("an answer");
        answer.lines[scheme].open.map(|rule| rule.as_str().to_owned())
    };
    let gap = Some("iuran.celah_golongan@2015-07-01".to_owned());
    assert_eq!(open(1_099_500, "2022-10", Payer::SelfPaid, 0), gap);
    assert_eq!(open(1_099_500, "2022-10", Payer::SelfPaid, 1), None);
    assert_eq!(open(1_099_500, "2022-10", Payer::SelfPaid, 2), gap);
    let village = Payer::Fund(FundKind::VillageFund);
    let purse = Some("apbd.fund_sources@2015-07-01".to_owned());
    assert_eq!(open(1_000_000, "2026-06", village, 0), purse);
    assert_eq!(open(1_000_000, "2025-06", village, 0), None);
    let covid = Some("relief.pp_49_2020@2020-08-01".to_owned());
    assert_eq!(open(1_000_000, "2020-09", Payer::Fund(FundKind::Apbd), 1), covid);
}

#[test]
fn questions_without_an_answer_say_so() {
    let rulebook = &*RULEBOOK;
    let ask = |income, text| {
        rulebook
            .bpu_contribution(&query(income, text, Payer::SelfPaid, WorkSector::Other))
            .map(|answer| answer.total)
    };
    assert_eq!(ask(-1, "2022-10"), Err(RuleGap::IncomeNegative));
    let none = RuleGap::NoRule { parameter: "jkk.iuran_bpu", month: month("2015-06") };
    assert_eq!(ask(1_000_000, "2015-06"), Err(none));
    assert_eq!(none.to_string(), "RULE_NONE: jkk.iuran_bpu 2015-06");
    assert_eq!(ask(i64::MAX, "2022-10"), Ok(Rupiah(207_000 + 6_800 + 414_000)));
}

/// The open question P8, decided otherwise: the month of payment decides.
#[test]
fn prepaid_months_are_relieved_as_decided() {
    let path = "relief/kunci_dibayar_di_muka.toml";
    let carried = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = carried.expect("carried").text;
    let text = text.replace("value = \"contribution-month\"", "value = \"payment-month\"");
    let by_payment = [crate::RegulationFile { path, text: &text }];
    let by_payment = Rulebook::load_over_builtin(&by_payment).expect("loads");
    let schemes = Schemes::JKK_JKM;
    let first = query(1_000_000, "2026-01", Payer::SelfPaid, WorkSector::Other);
    let first = BpuQuery { schemes, ..first };
    let prepaid = PrepaidQuery { first, months: 12, paid_in: first.month };
    let total = |rulebook: &Rulebook| {
        let paid = rulebook.bpu_prepaid(&prepaid).expect("regulated months");
        paid.iter().map(|(_, each)| each.total.0).sum::<i64>()
    };
    assert_eq!((total(&RULEBOOK), total(&by_payment)), (126_000, 201_600));
}

/// The printed tables of both programmes agree: JKK is 1 % of the base, JHT 2 %, in every tier.
#[test]
fn every_tier_gives_one_and_two_per_cent_of_its_base() {
    let rulebook = &*RULEBOOK;
    let entry = rulebook.parameter("jkk.iuran_bpu").expect("there").entries.first();
    let brackets = entry.expect("an entry").brackets();
    assert_eq!(brackets.len(), 33);
    for bracket in brackets {
        let income = bracket.income_from.0;
        let question = query(income, "2022-10", Payer::SelfPaid, WorkSector::Other);
        let answer = rulebook.bpu_contribution(&question).expect("an answer");
        assert_eq!(answer.lines[0].rupiah.0 * 100, answer.base.0);
        assert_eq!(answer.lines[2].rupiah.0 * 50, answer.base.0);
        assert_eq!(answer.tier, bracket.no);
    }
}

fn payers() -> impl Strategy<Value = Payer> {
    (0..Payer::ALL.len()).prop_map(|index| Payer::ALL[index])
}

fn sectors() -> impl Strategy<Value = WorkSector> {
    (0..2usize).prop_map(|index| WorkSector::ALL[index])
}

/// Months from the first regulated one to years after the last relief.
fn months() -> impl Strategy<Value = Month> {
    (0..180).prop_map(|offset| month("2015-07").plus(offset))
}

fn questions() -> impl Strategy<Value = BpuQuery> {
    (0..30_000_000i64, 0..8u8, months(), payers(), sectors()).prop_map(
        |(income, bits, month, payer, sector)| {
            let schemes = Schemes::from_bits(bits).expect("three schemes");
            BpuQuery { income: Rupiah(income), schemes, month, payer, sector }
        },
    )
}

/// Around each bound: the last rupiah of a tier, the gap after it, the first rupiah of the next.
#[test]
fn a_table_answers_as_the_question_does() {
    let rulebook = &*RULEBOOK;
    let question = query(0, "2026-02", Payer::SelfPaid, WorkSector::Transport);
    let table = rulebook.bpu_table(&question).expect("a regulated month");
    assert_eq!(table.of(Rupiah(-1)), Err(RuleGap::IncomeNegative));
    // Half of JKK and of JKM 6,800, and 2 % of the base for JHT.
    for (income, tier, rupiah) in [
        (0, 1, 5_000 + 3_400 + 20_000),
        (1_099_000, 1, 5_000 + 3_400 + 20_000),
        (1_099_001, 1, 5_000 + 3_400 + 20_000),
        (1_099_999, 1, 5_000 + 3_400 + 20_000),
        (1_100_000, 2, 6_000 + 3_400 + 24_000),
        (20_199_001, 32, 98_500 + 3_400 + 394_000),
        (20_200_000, 33, 103_500 + 3_400 + 414_000),
        (i64::MAX, 33, 103_500 + 3_400 + 414_000),
    ] {
        let asked = BpuQuery { income: Rupiah(income), ..question };
        let answer = table.of(asked.income).expect("an income");
        assert_eq!((answer.tier, answer.total), (tier, Rupiah(rupiah)), "{income}");
        assert_eq!(Ok(answer), rulebook.bpu_contribution(&asked).as_ref(), "{income}");
    }
    let early = query(0, "2015-06", Payer::SelfPaid, WorkSector::Other);
    assert_eq!(rulebook.bpu_table(&early).err(), rulebook.bpu_contribution(&early).err());
}

fn total(rulebook: &Rulebook, question: &BpuQuery) -> Rupiah {
    rulebook.bpu_contribution(question).expect("a regulated month").total
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_greater_income_never_pays_less(question in questions(), more in 0..10_000_000i64) {
        let rulebook = &*RULEBOOK;
        let richer = BpuQuery { income: Rupiah(question.income.0 + more), ..question };
        prop_assert!(total(rulebook, &question) <= total(rulebook, &richer));
    }

    #[test]
    fn the_parts_are_the_whole(question in questions()) {
        let rulebook = &*RULEBOOK;
        let answer = rulebook.bpu_contribution(&question).expect("a regulated month");
        let parts = Rupiah::sum(answer.lines.iter().map(|line| line.rupiah));
        prop_assert_eq!(parts, Ok(answer.total));
        let schemes: Schemes = answer.lines.iter().map(|line| line.scheme).collect();
        prop_assert_eq!(schemes, question.schemes);
        let weakest = answer.lines.iter().map(|line| line.status).max();
        prop_assert_eq!(answer.status, weakest.unwrap_or(RuleStatus::Confirmed));
    }

    #[test]
    fn every_income_is_in_the_table(question in questions()) {
        let table = RULEBOOK.bpu_table(&question).expect("a regulated month");
        let answer = RULEBOOK.bpu_contribution(&question).expect("a regulated month");
        prop_assert_eq!(table.of(question.income), Ok(&answer));
    }

    #[test]
    fn one_programme_costs_the_same_alone(question in questions()) {
        let rulebook = &*RULEBOOK;
        let alone = question.schemes.iter().map(|scheme| {
            total(rulebook, &BpuQuery { schemes: Schemes::EMPTY.with(scheme), ..question })
        });
        prop_assert_eq!(Rupiah::sum(alone), Ok(total(rulebook, &question)));
    }

    #[test]
    fn old_age_is_never_relieved(question in questions(), other in months(), payer in payers()) {
        let rulebook = &*RULEBOOK;
        let schemes = Schemes::EMPTY.with(Scheme::Jht);
        let here = BpuQuery { schemes, ..question };
        let there = BpuQuery { month: other, payer, ..here };
        prop_assert_eq!(total(rulebook, &here), total(rulebook, &there));
    }

    #[test]
    fn the_regional_budget_is_never_relieved(question in questions()) {
        let rulebook = &*RULEBOOK;
        for kind in [FundKind::Apbn, FundKind::Apbd, FundKind::ApbdP] {
            let paid = BpuQuery { payer: Payer::Fund(kind), ..question };
            let plain = BpuQuery { month: month("2022-10"), ..paid };
            prop_assert_eq!(total(rulebook, &paid), total(rulebook, &plain));
        }
    }

    #[test]
    fn a_relief_takes_off_what_it_says(question in questions()) {
        let rulebook = &*RULEBOOK;
        let plain = BpuQuery { month: month("2022-10"), ..question };
        let plain = rulebook.bpu_contribution(&plain).expect("a regulated month");
        let answer = rulebook.bpu_contribution(&question).expect("a regulated month");
        for (line, full) in answer.lines.iter().zip(&plain.lines) {
            let remitted = match line.relief.map(|note| note.effect) {
                Some(ReliefEffect::Applied { before, remitted }) => {
                    prop_assert_eq!(before, full.rupiah);
                    remitted
                }
                _ => Rupiah::ZERO,
            };
            prop_assert_eq!(line.rupiah.0 + remitted.0, full.rupiah.0);
        }
    }
}

mod wages {
    //! Properties of wage earners' contributions, over all wages, months, classes and payers.

    use super::*;
    use crate::contribution::{PuQuery, RiskClass};

    fn wage_questions() -> impl Strategy<Value = PuQuery> {
        let class = (0..5usize).prop_map(|index| RiskClass::ALL[index]);
        let flags = (any::<bool>(), any::<bool>());
        (0..40_000_000i64, 0..16u8, months(), payers(), class, flags).prop_map(
            |(wage, bits, month, payer, risk_class, (jkp_member, labour_intensive))| PuQuery {
                wage: Rupiah(wage),
                schemes: Schemes::from_bits(bits).expect("four programmes"),
                month,
                payer,
                risk_class,
                jkp_member,
                labour_intensive,
                jp_deferred: false,
            },
        )
    }

    fn wage_total(question: &PuQuery) -> Rupiah {
        RULEBOOK.pu_contribution(question).expect("a regulated month").total
    }

    #[test]
    fn a_wage_below_nothing_has_no_answer() {
        let question = PuQuery {
            wage: Rupiah(-1),
            schemes: Schemes::ALL,
            month: month("2025-01"),
            payer: Payer::Employer,
            risk_class: RiskClass::ALL[0],
            jkp_member: false,
            labour_intensive: false,
            jp_deferred: false,
        };
        assert_eq!(RULEBOOK.pu_contribution(&question), Err(RuleGap::AmountNegative));
        let huge = PuQuery { wage: Rupiah(i64::MAX), ..question };
        assert!(RULEBOOK.pu_contribution(&huge).is_ok());
        let pension = BpuQuery {
            income: Rupiah(1),
            schemes: Schemes::ALL,
            month: month("2025-01"),
            payer: Payer::SelfPaid,
            sector: WorkSector::Other,
        };
        assert_eq!(RULEBOOK.bpu_contribution(&pension), Err(RuleGap::SchemeNotInSegment));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn a_greater_wage_never_pays_less(question in wage_questions(), more in 0..9_000_000i64) {
            let richer = PuQuery { wage: Rupiah(question.wage.0 + more), ..question };
            prop_assert!(wage_total(&question) <= wage_total(&richer));
        }

        #[test]
        fn the_funds_share_the_bill_and_no_more(question in wage_questions()) {
            let answer = RULEBOOK.pu_contribution(&question).expect("a regulated month");
            let Some(split) = answer.split else { return Ok(()) };
            let bill: i64 = answer
                .lines
                .iter()
                .filter(|line| matches!(line.scheme, Scheme::Jkk | Scheme::Jkm))
                .map(|line| line.rupiah.0)
                .sum();
            prop_assert_eq!(split.jkk.0 + split.jkm.0 + split.jkp.0, bill);
            prop_assert!(split.jkk.0 >= 0 && split.jkm.0 >= 0 && split.jkp.0 >= 0);
        }

        #[test]
        fn pension_stays_under_its_cap(question in wage_questions()) {
            let schemes = Schemes::EMPTY.with(Scheme::Jp);
            let pension = wage_total(&PuQuery { schemes, ..question });
            let day = question.month.first_day();
            let (cap, _) = RULEBOOK.number(RULEBOOK.known.jp_cap, day).expect("a cap");
            // Two lines are rounded, each by less than a rupiah.
            prop_assert!(pension.0 * 100 <= cap * 3 + 200);
        }

        #[test]
        fn savings_are_never_relieved(question in wage_questions(), other in months()) {
            let here = PuQuery { schemes: Schemes::EMPTY.with(Scheme::Jht), ..question };
            let there = PuQuery { month: other, payer: Payer::SelfPaid, ..here };
            prop_assert_eq!(wage_total(&here), wage_total(&there));
        }

        #[test]
        fn the_governments_staff_is_never_relieved(question in wage_questions()) {
            for kind in [FundKind::Apbn, FundKind::Apbd, FundKind::ApbdP] {
                let (schemes, payer) = (Schemes::JKK_JKM, Payer::Fund(kind));
                let paid = PuQuery { schemes, payer, ..question };
                let plain = PuQuery { month: month("2019-06"), labour_intensive: false, ..paid };
                prop_assert_eq!(wage_total(&paid), wage_total(&plain));
            }
        }
    }
}
