//! Verdicts and their citations; the worked examples hold the table of ages.

use proptest::prelude::*;

use super::*;
use crate::RuleStatus;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

#[test]
fn a_verdict_names_its_rule() {
    let rulebook = Rulebook::builtin();
    let check = |birth: &str, registered: &str, rule: &str, status: RuleStatus| {
        let verdict = rulebook.age_verdict(day(birth), day(registered));
        let entry = rulebook.age_rule(verdict, day(registered)).expect("a rule");
        assert_eq!((entry.rule.as_str(), entry.citation.status), (rule, status));
    };
    let limit = "eligibility.usia_maksimum@2021-04-01";
    check("1950-01-01", "2022-10-01", limit, RuleStatus::Secondary);
    check("1980-01-01", "2022-10-01", limit, RuleStatus::Secondary);
    let older = "eligibility.usia_maksimum@2015-07-01";
    check("1950-01-01", "2020-10-01", older, RuleStatus::Open);
    let minimum = "eligibility.usia_minimum@2003-03-25";
    check("2010-01-01", "2022-10-01", minimum, RuleStatus::Recalled);
    check("2005-01-01", "2022-10-01", "eligibility.usia_muda@2003-03-25", RuleStatus::Recalled);
    assert_eq!(rulebook.age_rule(AgeVerdict::NoRule, day("2022-10-01")), None);
}

proptest! {
    #[test]
    fn growing_older_never_helps_twice(birth in 0..36_500, registered in 0..5_000) {
        let rulebook = Rulebook::builtin();
        let birth = day("1920-01-01").plus_days(birth);
        let registered = day("2015-07-01").plus_days(registered);
        let rank = |verdict| match verdict {
            AgeVerdict::UnderMinimum { .. } => 0,
            AgeVerdict::Young { .. } => 1,
            AgeVerdict::Eligible => 2,
            AgeVerdict::NearLimit { .. } => 3,
            AgeVerdict::OverLimit { .. } => 4,
            AgeVerdict::NoRule => 5,
        };
        let today = rulebook.age_verdict(birth, registered);
        let tomorrow = rulebook.age_verdict(birth, registered.plus_days(1));
        prop_assert!(rank(today) <= rank(tomorrow));
        prop_assert!(rank(tomorrow) < 5);
        if let AgeVerdict::NearLimit { limit, reached_on } = today {
            prop_assert_eq!(birth.age_on(reached_on), limit);
            prop_assert_eq!(birth.age_on(reached_on.plus_days(-1)), limit - 1);
        }
    }
}
