//! Accounts by hand: rates that change, payments that are late, savings that were taken; and what
//! holds for every account.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::load::RegulationFile;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn deposit(text: &str, rupiah: i64) -> JhtDeposit {
    JhtDeposit::on_time(month(text), Rupiah(rupiah))
}

fn ask(rules: &Rulebook, paid_in: Vec<JhtDeposit>, until: &str) -> JhtAccount {
    let query = JhtAccountQuery { paid_in, taken: Vec::new(), until: month(until) };
    rules.jht_account(&query).expect("an account")
}

/// The built-in rules with a file in place of another.
fn with(path: &str, change: impl Fn(&str) -> String) -> Rulebook {
    let known = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = change(known.expect("a file").text);
    Rulebook::load_over_builtin(&[RegulationFile { path, text: &text }]).expect("loads")
}

/// 6 % from July 2024 on.
fn six_per_cent() -> Rulebook {
    with("jht/pengembangan.toml", |text| {
        let entry = "[[entry]]\nfrom = 2024-07-01\nvalue = 60_000\nsource = \"payung\"\n\
                     article = \"rekaan\"\nparaphrase = \"6 %, rekaan.\"\nstatus = \"open\"\n\n";
        text.replacen("[[entry]]", &format!("{entry}[[entry]]"), 1)
    })
}

#[test]
fn a_rate_counts_from_its_day() {
    let account = ask(&six_per_cent(), vec![deposit("2024-01", 120_000)], "2025-01");
    // February to June: 5 × 120,000 × 5 % ÷ 12 = 2,500. July to December: 6 × 120,000 × 6 % ÷ 12 =
    // 3,600. January: 126,100 × 6 % ÷ 12 = 630.5, half a rupiah up.
    let lines: Vec<i64> = account.answer.lines.iter().map(|line| line.rupiah.0).collect();
    assert_eq!(lines, [120_000, 2_500, 3_600, 631]);
    assert_eq!(account.answer.total, Rupiah(126_731));
    let june = &account.months[5];
    assert_eq!((june.growth, june.balance, june.rate), (Rupiah(500), Rupiah(122_500), Ppm(50_000)));
    assert_eq!(account.months[6].rule.as_str(), "jht.pengembangan@2024-07-01");
}

#[test]
fn months_add_up_to_the_rounded_year() {
    // 100 rupiah earn 5/12 a month: 0.42, 0.83, 1.25 … 4.58 rupiah, so 5 in eleven months.
    let account = ask(&RULEBOOK, vec![deposit("2024-01", 100)], "2024-12");
    let each: Vec<i64> = account.months.iter().map(|one| one.growth.0).collect();
    assert_eq!(each, [0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1]);
    assert_eq!((account.growth, account.answer.total), (Rupiah(5), Rupiah(105)));
}

#[test]
fn growth_may_join_every_month() {
    let rules = with("jht/penambahan_pengembangan.toml", |text| {
        text.replace("value = \"yearly\"", "value = \"monthly\"")
    });
    let account = ask(&rules, vec![deposit("2024-01", 120_000)], "2024-03");
    // 500, then 120,500 × 5 % ÷ 12 = 502.08.
    assert_eq!(account.answer.total, Rupiah(121_002));
}

#[test]
fn money_grows_from_the_month_that_the_rules_choose() {
    let paid =
        |month_of: &str, paid: &str| JhtDeposit { paid: month(paid), ..deposit(month_of, 120_000) };
    let balance = |rules: &Rulebook, one| ask(rules, vec![one], "2024-12").answer.total.0;
    // Late in June: six months of 500. In advance: from its own month on, eleven.
    assert_eq!(balance(&RULEBOOK, paid("2024-01", "2024-06")), 123_000);
    assert_eq!(balance(&RULEBOOK, paid("2024-06", "2024-01")), 123_000);
    let by_word = |word: &str| {
        with("jht/mulai_berkembang.toml", |text| {
            text.replace("value = \"later-of-both\"", &format!("value = \"{word}\""))
        })
    };
    let own = by_word("contribution-month");
    assert_eq!(balance(&own, paid("2024-01", "2024-06")), 125_500);
    assert_eq!(balance(&by_word("payment-month"), paid("2024-06", "2024-01")), 125_500);
}

#[test]
fn what_is_taken_is_gone_and_never_more_than_there_is() {
    let take =
        |text: &str, rupiah, whole| JhtTaken { month: month(text), rupiah: Rupiah(rupiah), whole };
    let of = |taken: Vec<JhtTaken>| {
        let paid_in = vec![deposit("2024-01", 120_000)];
        let query = JhtAccountQuery { paid_in, taken, until: month("2024-12") };
        RULEBOOK.jht_account(&query).expect("an account")
    };
    // 121,000 in March; 20,000 is taken from what earns: then 9 × 100,000 × 5 % ÷ 12 = 3,750.
    let part = of(vec![take("2024-03", 20_000, false)]);
    assert_eq!((part.taken, part.answer.total), (Rupiah(20_000), Rupiah(104_750)));
    // All of it, and 9,000 that this office does not know of.
    let much = of(vec![take("2024-03", 130_000, false)]);
    assert_eq!((much.taken, much.beyond), (Rupiah(121_000), Rupiah(9_000)));
    assert_eq!((much.answer.total, much.growth), (Rupiah(0), Rupiah(1_000)));
    // Paid in full after tax: nothing is left.
    let whole = of(vec![take("2024-03", 118_000, true)]);
    assert_eq!(
        (whole.taken, whole.beyond, whole.answer.total),
        (Rupiah(121_000), Rupiah(0), Rupiah(0))
    );
    let late = of(vec![take("2025-03", 118_000, true)]);
    assert_eq!((late.taken, late.answer.total), (Rupiah(0), Rupiah(125_500)));
}

#[test]
fn nothing_came_in() {
    let query = JhtAccountQuery { paid_in: Vec::new(), taken: Vec::new(), until: month("2024-12") };
    let account = RULEBOOK.jht_account(&query).expect("an account");
    assert_eq!((account.months.len(), account.answer.total), (0, Rupiah(0)));
    let early = ask(&RULEBOOK, vec![deposit("2025-01", 1)], "2024-12");
    assert_eq!((early.paid_in, early.answer.total), (Rupiah(0), Rupiah(0)));
    let negative = JhtAccountQuery { paid_in: vec![deposit("2024-01", -1)], ..query };
    assert_eq!(RULEBOOK.jht_account(&negative), Err(RuleGap::AmountNegative));
}

fn deposits() -> impl Strategy<Value = Vec<JhtDeposit>> {
    let one = (0..48i32, -6..12i32, 0..2_000_000i64).prop_map(|(offset, late, rupiah)| {
        let month = month("2022-01").plus(offset);
        JhtDeposit { month, paid: month.plus(late), rupiah: Rupiah(rupiah) }
    });
    prop::collection::vec(one, 0..40)
}

fn withdrawals() -> impl Strategy<Value = Vec<JhtTaken>> {
    let one = (0..60i32, 0..20_000_000i64, prop::bool::weighted(0.2)).prop_map(
        |(offset, rupiah, whole)| JhtTaken {
            month: month("2022-01").plus(offset),
            rupiah: Rupiah(rupiah),
            whole,
        },
    );
    prop::collection::vec(one, 0..4)
}

proptest! {
    #[test]
    fn every_account_adds_up(
        paid_in in deposits(),
        taken in withdrawals(),
        months in 0..72i32,
        turn in 0..40usize,
        with_six: bool,
    ) {
        static SIX: LazyLock<Rulebook> = LazyLock::new(six_per_cent);
        let rules = if with_six { &*SIX } else { &*RULEBOOK };
        let until = month("2022-01").plus(months);
        let query = JhtAccountQuery { paid_in, taken, until };
        let account = rules.jht_account(&query).expect("an account");
        let (came, grown, out) = (account.paid_in.0, account.growth.0, account.taken.0);
        prop_assert_eq!(account.answer.total.0, came + grown - out);
        let mut before = 0;
        for one in &account.months {
            prop_assert!(one.growth.0 >= 0 && one.taken.0 >= 0 && one.balance.0 >= 0);
            before += one.paid_in.0 + one.growth.0 - one.taken.0;
            prop_assert_eq!(one.balance.0, before);
        }
        let last = account.months.last().map_or(0, |one| one.balance.0);
        prop_assert_eq!(last, account.answer.total.0);
        // In whatever order they are told, it is the same account.
        let mut turned = query.clone();
        let places = turned.paid_in.len().max(1);
        turned.paid_in.rotate_left(turn % places);
        turned.paid_in.reverse();
        turned.taken.reverse();
        prop_assert_eq!(rules.jht_account(&turned).expect("an account"), account);
    }
}
