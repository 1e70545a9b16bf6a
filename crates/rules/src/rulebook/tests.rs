//! Versions, look-ups and the parts of the rulebook that no formula covers.

use super::*;

#[test]
fn the_version_follows_the_words_and_nothing_else() {
    let rulebook = Rulebook::builtin();
    let version = rulebook.version();
    assert_eq!(version.to_string().len(), 12);
    assert_eq!(version.to_hex().len(), 64);
    assert!(version.to_hex().starts_with(&version.to_string()));

    let mut reversed = builtin::FILES.to_vec();
    reversed.reverse();
    assert_eq!(RulebookVersion::of(&reversed), version);

    let windows: Vec<String> =
        builtin::FILES.iter().map(|file| file.text.replace('\n', "\r\n")).collect();
    let windows: Vec<RegulationFile<'_>> = builtin::FILES
        .iter()
        .zip(&windows)
        .map(|(file, text)| RegulationFile { path: file.path, text })
        .collect();
    assert_eq!(RulebookVersion::of(&windows), version);
    assert_eq!(Rulebook::load(&windows).map(|rulebook| rulebook.version()), Ok(version));

    assert_ne!(RulebookVersion::of(&builtin::FILES[1..]), version);
}

#[test]
fn every_rule_is_found_by_its_name() {
    let rulebook = Rulebook::builtin();
    for parameter in rulebook.parameters() {
        for entry in &parameter.entries {
            let (found, again) = rulebook.rule(entry.rule.as_str()).expect("found by name");
            assert_eq!((found, again), (parameter, entry));
            assert!(rulebook.source(&entry.citation.source).is_some());
        }
        assert!(rulebook.unit(&parameter.unit).is_some());
    }
    assert_eq!(rulebook.rule("jkk.iuran_bpu@2015-07-02"), None);
}

#[test]
fn instruments_that_amend_are_listed() {
    let rulebook = Rulebook::builtin();
    for source in rulebook.sources() {
        for amending in &source.amended_by {
            assert!(rulebook.source(amending).is_some(), "{amending}");
        }
    }
    let pp_44 = rulebook.source("pp-44-2015").expect("listed");
    assert_eq!(pp_44.short(), "PP 44/2015");
}

#[test]
fn nobody_has_confirmed_anything_yet() {
    let rulebook = Rulebook::builtin();
    let entries = rulebook.parameters().iter().flat_map(|parameter| &parameter.entries);
    assert_eq!(entries.filter(|entry| entry.citation.confirmed_on.is_some()).count(), 0);
}

#[test]
fn the_lowest_tier_counts_as_one_million() {
    let rulebook = Rulebook::builtin();
    let month = |text| Month::parse(text).expect("a month");
    assert_eq!(rulebook.lowest_tier_income(month("2022-10")), Some(Rupiah(1_000_000)));
    assert_eq!(rulebook.lowest_tier_income(month("2015-06")), None);
}

#[test]
fn purses_are_the_governments_or_not() {
    let rulebook = Rulebook::builtin();
    let month = Month::parse("2026-06").expect("a month");
    let counts: Vec<&str> = Payer::ALL
        .into_iter()
        .filter(|payer| rulebook.government_paid(*payer, month).counts())
        .map(Payer::name)
        .collect();
    assert_eq!(counts, ["apbn", "apbd", "apbd-p", "dbh-sawit", "dbhcht", "village-fund"]);
    assert_eq!(
        rulebook.government_paid(Payer::Fund(crate::FundKind::VillageFund), month),
        GovernmentPaid::Open { assumed: true }
    );
}
