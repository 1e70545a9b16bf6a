//! One file is changed at a time, and the diff names whose money changes, and when.

use super::*;
use crate::load::RegulationFile;
use crate::payer::{FundKind, Payer};
use crate::scheme::{Scheme, Segment};

/// The carried rulebook with one text replaced in one file.
fn with(path: &'static str, from: &str, to: &str) -> Rulebook {
    let carried = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = carried.expect("a carried file").text;
    assert!(text.contains(from), "{path} has no {from}");
    let text = text.replace(from, to);
    Rulebook::load_over_builtin(&[RegulationFile { path, text: &text }]).expect("it loads")
}

fn compare(to: &Rulebook, months: (&str, &str)) -> RulebookDiff {
    let month = |text| Month::parse(text).expect("a month");
    diff(&Rulebook::builtin(), to, (month(months.0), month(months.1)))
}

#[test]
fn the_same_rulebook_changes_nothing() {
    let same = compare(&Rulebook::builtin(), ("2022-01", "2026-12"));
    assert_eq!(same, RulebookDiff { money: vec![], changed: vec![], gone: vec![] });
}

#[test]
fn a_note_changes_no_money() {
    let noted = with("jht/iuran_bpu.toml", "note = \"PP 60", "note = \"Lihat pula PP 60");
    let diff = compare(&noted, ("2022-01", "2026-12"));
    assert_eq!(diff.money, []);
    assert_eq!(diff.changed.len(), 1);
}

/// PP 50/2025 without its Article 3: the regional budget would be halved for nine months.
#[test]
fn a_relief_for_everybody_is_found_by_payer_and_months() {
    let path = "relief/pp_50_2025_lainnya.toml";
    let carried = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = carried.expect("carried").text;
    let exclusion = &text[text.find("[entry.excludes").expect("there")..];
    let diff = compare(&with(path, exclusion, ""), ("2022-01", "2026-12"));
    let lowest = DiffCase::Bpu {
        income: Rupiah::ZERO,
        scheme: Scheme::Jkk,
        payer: Payer::Fund(FundKind::Apbd),
        sector: crate::WorkSector::Other,
    };
    let of_lowest: Vec<_> = diff.money.iter().filter(|change| change.case == lowest).collect();
    assert_eq!(of_lowest.len(), 1);
    let change = of_lowest[0];
    assert_eq!(
        (change.first.to_string(), change.last.to_string()),
        ("2026-04".into(), "2026-12".into())
    );
    assert_eq!((change.before, change.after), (Some(Rupiah(10_000)), Some(Rupiah(5_000))));
    let touched = |payer: Payer| {
        diff.money
            .iter()
            .any(|change| matches!(change.case, DiffCase::Bpu { payer: p, .. } if p == payer))
    };
    assert!(touched(Payer::Fund(FundKind::Apbn)));
    assert!(!touched(Payer::SelfPaid));
    assert!(diff.money.iter().all(|change| !change.case.is_event()));
}

/// Permenaker 1/2025 a fortnight earlier: deaths in between, after few months.
#[test]
fn a_rule_that_starts_inside_a_month_is_found() {
    let path = "jkm/syarat_bulan_iuran.toml";
    let diff =
        compare(&with(path, "from = 2025-02-26", "from = 2025-02-10"), ("2025-01", "2025-03"));
    let changed: Vec<_> = diff
        .money
        .iter()
        .map(|change| (change.case.clone(), change.first.to_string(), change.after))
        .collect();
    let bpu = |months| DiffCase::Jkm { segment: Segment::Bpu, months };
    let reduced = Some(Rupiah(10_000_000));
    let expected = [0, 1, 2].map(|months| (bpu(months), "2025-02".to_owned(), reduced)).to_vec();
    assert_eq!(changed, expected);
}

#[test]
fn a_cap_touches_only_wages_above_it() {
    let diff =
        compare(&with("jp/batas_upah.toml", "11_086_300", "10_547_400"), ("2026-01", "2026-12"));
    assert!(!diff.money.is_empty());
    for change in &diff.money {
        let DiffCase::Pu { wage, scheme, .. } = change.case else { panic!("{change:?}") };
        assert_eq!((scheme, wage > Rupiah(10_547_400)), (Scheme::Jp, true));
        assert_eq!(change.first.to_string(), "2026-03");
        assert_eq!(change.last.to_string(), "2026-12");
    }
}
