//! Who of the accepted may be put forward: what dated lists say of each, whether the programme is
//! for somebody of that age, and what becomes of a person whom two programmes want.
//!
//! Nobody is left out without a reason that is kept with the list.

use std::collections::HashSet;

use base::id::kind;
use base::{Day, Id, Month};
use rules::Rulebook;

use crate::approval::Candidate;
use crate::programme::Programme;

/// By which rule one of two programmes gets a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OverlapRule {
    /// Whoever has put the person on a list first.
    FirstListed,
    /// The one that begins earlier.
    EarlierStart,
    /// Government money before village money, village money before private money.
    GovernmentFirst,
}

impl OverlapRule {
    /// Every rule, in order.
    pub const ALL: [OverlapRule; 3] =
        [OverlapRule::FirstListed, OverlapRule::EarlierStart, OverlapRule::GovernmentFirst];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            OverlapRule::FirstListed => "first-listed",
            OverlapRule::EarlierStart => "earlier-start",
            OverlapRule::GovernmentFirst => "government-first",
        }
    }

    /// The rule with this stable name.
    pub fn from_name(name: &str) -> Option<OverlapRule> {
        OverlapRule::ALL.into_iter().find(|rule| rule.name() == name)
    }
}

/// A programme that wants somebody, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bid {
    /// Which programme.
    pub programme: Id<kind::Programme>,
    /// Its code, the last word where all else is equal.
    pub code: Box<str>,
    /// Its first month.
    pub first: Month,
    /// The order of its purse, see [`crate::fund::purse_rank`].
    pub purse: u8,
    /// Whether the person stands on a list that waits or was approved: money is bound.
    pub is_listed: bool,
}

/// Whether `ours` gets the person before `theirs`.
///
/// A list that was put forward is never emptied by a rule: whoever is listed keeps the person, and
/// only a change of that list gives the place back. Between two that have no list yet the rule
/// decides; what it leaves equal, the first month, the purse and the code decide.
pub fn gets_before(rule: OverlapRule, ours: &Bid, theirs: &Bid) -> bool {
    if ours.is_listed != theirs.is_listed {
        return ours.is_listed;
    }
    let last = |bid: &Bid| (bid.code.clone(), bid.programme);
    match rule {
        // Neither is listed: whoever asks now is the first.
        OverlapRule::FirstListed => true,
        OverlapRule::EarlierStart => {
            (ours.first, ours.purse, last(ours)) < (theirs.first, theirs.purse, last(theirs))
        }
        OverlapRule::GovernmentFirst => {
            (ours.purse, ours.first, last(ours)) < (theirs.purse, theirs.first, last(theirs))
        }
    }
}

/// What the newest lists of other offices say of somebody, each with its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// Dead.
    pub dead: Option<Day>,
    /// A civil servant.
    pub civil_servant: Option<Day>,
    /// Insured already.
    pub insured: Option<Day>,
}

/// Why somebody accepted is not put forward; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// A death list of this day has the number.
    Dead(Day),
    /// A list of civil servants of this day has it, and the programme takes none for this work.
    CivilServant(Day),
    /// By the birth date known now the person may not be registered on the first day.
    AgeByLaw,
    /// The programme is for other ages.
    AgeByTerms,
    /// The programme is for poorer households.
    Decile(u8),
    /// The programme is for people of facilities, and theirs is not one of those.
    Facility,
    /// A list of this day says that somebody insures the person already.
    Insured(Day),
    /// Another programme gets the person, by the office's written rule.
    OtherProgramme(Id<kind::Programme>, OverlapRule),
}

impl SkipReason {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SkipReason::Dead(_) => "dead",
            SkipReason::CivilServant(_) => "civil-servant",
            SkipReason::AgeByLaw => "age-by-law",
            SkipReason::AgeByTerms => "age-by-terms",
            SkipReason::Decile(_) => "decile",
            SkipReason::Facility => "facility",
            SkipReason::Insured(_) => "insured",
            SkipReason::OtherProgramme(..) => "other-programme",
        }
    }

    /// Every name, in order.
    pub const NAMES: [&'static str; 8] = [
        "dead",
        "civil-servant",
        "age-by-law",
        "age-by-terms",
        "decile",
        "facility",
        "insured",
        "other-programme",
    ];

    /// The day of the list behind it.
    pub fn as_of(self) -> Option<Day> {
        match self {
            SkipReason::Dead(day) | SkipReason::CivilServant(day) | SkipReason::Insured(day) => {
                Some(day)
            }
            _ => None,
        }
    }
}

/// Why somebody is put forward although another programme wants them too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Won {
    /// The other programme.
    pub against: Id<kind::Programme>,
    /// By which rule.
    pub rule: OverlapRule,
}

/// What is known of a candidate besides the register.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// What lists say.
    pub heard: Heard,
    /// Other programmes that want to pay the same for the person in the same months.
    pub rivals: Vec<Bid>,
}

/// What screening is done by.
#[derive(Debug, Clone, Copy)]
pub struct Screen<'a> {
    /// For what.
    pub programme: &'a Programme,
    /// The programme among others.
    pub ours: &'a Bid,
    /// The office's rule for people whom two programmes want; none while it has written none, and
    /// then nobody is left out for that.
    pub rule: Option<OverlapRule>,
    /// Age limits.
    pub rulebook: &'a Rulebook,
    /// The facilities whose people the programme is for; anybody when it asks for none.
    pub facilities: Option<&'a HashSet<Id<kind::Org>>>,
}

impl Screen<'_> {
    /// The first reason against putting somebody forward; else the programmes that give way.
    ///
    /// # Errors
    /// The reason.
    pub fn judge(&self, candidate: &Candidate, facts: &Facts) -> Result<Vec<Won>, SkipReason> {
        let (programme, heard) = (self.programme, facts.heard);
        let first = programme.first.first_day();
        if let Some(day) = heard.dead {
            return Err(SkipReason::Dead(day));
        }
        let takes = programme.takes_civil_servants(candidate.occupation.as_ref());
        if let Some(day) = heard.civil_servant.filter(|_| !takes) {
            return Err(SkipReason::CivilServant(day));
        }
        if !self.rulebook.age_verdict(candidate.birth, first).may_register() {
            return Err(SkipReason::AgeByLaw);
        }
        if !programme.terms.ages.holds(candidate.birth, first) {
            return Err(SkipReason::AgeByTerms);
        }
        let highest = programme.terms.decile;
        if let Some(decile) =
            candidate.welfare.decile.filter(|own| highest.is_some_and(|h| *own > h))
        {
            return Err(SkipReason::Decile(decile));
        }
        let works_there =
            |meant: &HashSet<_>| candidate.facility.is_some_and(|own| meant.contains(&own));
        if self.facilities.is_some_and(|meant| !works_there(meant)) {
            return Err(SkipReason::Facility);
        }
        if let Some(day) = heard.insured.filter(|_| programme.refuse_insured) {
            return Err(SkipReason::Insured(day));
        }
        let Some(rule) = self.rule else { return Ok(Vec::new()) };
        let mut won = Vec::new();
        for theirs in &facts.rivals {
            match gets_before(rule, self.ours, theirs) {
                true => won.push(Won { against: theirs.programme, rule }),
                false => return Err(SkipReason::OtherProgramme(theirs.programme, rule)),
            }
        }
        Ok(won)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::approval::Welfare;
    use crate::terms::{AgeBand, GroupTerms};
    use crate::tests::{LAW, candidate, day, id, month, programme};

    fn bid(number: u128, first: &str, purse: u8, is_listed: bool) -> Bid {
        let code = format!("program-{number}").into();
        Bid { programme: id(number), code, first: month(first), purse, is_listed }
    }

    #[test]
    fn who_is_listed_keeps_the_person_and_else_the_rule_decides() {
        use OverlapRule::{EarlierStart, FirstListed, GovernmentFirst};
        let (early_village, late_apbd) = (bid(2, "2022-10", 1, false), bid(3, "2023-01", 0, false));
        for (rule, ours, theirs, expect) in [
            (FirstListed, &early_village, &late_apbd, true),
            (FirstListed, &late_apbd, &early_village, true),
            (EarlierStart, &early_village, &late_apbd, true),
            (EarlierStart, &late_apbd, &early_village, false),
            (GovernmentFirst, &early_village, &late_apbd, false),
            (GovernmentFirst, &late_apbd, &early_village, true),
        ] {
            assert_eq!(gets_before(rule, ours, theirs), expect, "{rule:?} {ours:?}");
            // Whoever has the person on a list keeps them, whatever the rule.
            let listed = Bid { is_listed: true, ..theirs.clone() };
            assert!(!gets_before(rule, ours, &listed), "{rule:?}");
            assert!(gets_before(rule, &listed, ours), "{rule:?}");
        }
    }

    #[test]
    fn who_works_elsewhere_is_left_out_of_a_programme_of_facilities() {
        let (programme, ours) = (programme(), bid(1, "2022-10", 0, false));
        let meant = HashSet::from([id(40), id(41)]);
        let judge = |facility, facilities| {
            let screen = Screen {
                programme: &programme,
                ours: &ours,
                rule: None,
                rulebook: &LAW,
                facilities,
            };
            screen.judge(&Candidate { facility, ..candidate(1) }, &Facts::default())
        };
        assert_eq!(judge(Some(id(40)), Some(&meant)), Ok(Vec::new()));
        assert_eq!(judge(Some(id(42)), Some(&meant)), Err(SkipReason::Facility));
        assert_eq!(judge(None, Some(&meant)), Err(SkipReason::Facility));
        assert_eq!(judge(None, None), Ok(Vec::new()));
    }

    #[test]
    fn the_first_reason_wins_and_has_its_day() {
        let list = day("2022-09-20");
        let mut programme = programme();
        programme.refuse_insured = true;
        programme.terms.ages = AgeBand { from: Some(30), to: None };
        programme.terms.decile = Some(4);
        let ours = bid(2, "2022-10", 0, false);
        let check = |rule, who: &Candidate, facts: &Facts, expect: Result<usize, SkipReason>| {
            let screen = Screen {
                programme: &programme,
                ours: &ours,
                rule,
                rulebook: &LAW,
                facilities: None,
            };
            assert_eq!(screen.judge(who, facts).map(|won| won.len()), expect);
        };
        let heard = |heard| Facts { heard, rivals: vec![bid(3, "2022-01", 0, true)] };
        let all = Heard { dead: Some(list), civil_servant: Some(list), insured: Some(list) };
        let rule = Some(OverlapRule::EarlierStart);
        let good = candidate(1);
        check(rule, &good, &heard(all), Err(SkipReason::Dead(list)));
        let alive = Heard { dead: None, ..all };
        check(rule, &good, &heard(alive), Err(SkipReason::CivilServant(list)));
        let private = Heard { civil_servant: None, ..alive };
        // Sixty-five on 1 October 2022; twenty-nine on that day.
        let old = Candidate { birth: day("1957-10-01"), ..candidate(1) };
        check(rule, &old, &heard(private), Err(SkipReason::AgeByLaw));
        let young = Candidate { birth: day("1992-10-02"), ..candidate(1) };
        check(rule, &young, &heard(private), Err(SkipReason::AgeByTerms));
        let welfare = Welfare { decile: Some(5), ..Welfare::default() };
        let rich = Candidate { welfare, ..candidate(1) };
        check(rule, &rich, &heard(private), Err(SkipReason::Decile(5)));
        check(rule, &good, &heard(private), Err(SkipReason::Insured(list)));
        let other = SkipReason::OtherProgramme(id(3), OverlapRule::EarlierStart);
        check(rule, &good, &heard(Heard::default()), Err(other));
        // As long as no rule is written nobody is left out for another programme.
        check(None, &good, &heard(Heard::default()), Ok(0));
        let later = Facts { rivals: vec![bid(3, "2023-01", 0, false)], ..Facts::default() };
        check(rule, &good, &later, Ok(1));
    }

    #[test]
    fn a_civil_servant_is_taken_for_a_second_private_job_alone() {
        let mut programme = programme();
        programme.terms.groups = vec![GroupTerms::parse("bidan:bpu:0:second-job").expect("one")];
        let ours = bid(2, "2022-10", 0, false);
        let screen = Screen {
            programme: &programme,
            ours: &ours,
            rule: None,
            rulebook: &LAW,
            facilities: None,
        };
        let heard = Heard { civil_servant: Some(day("2022-09-01")), ..Heard::default() };
        let facts = Facts { heard, rivals: Vec::new() };
        let bidan = crate::occupation::OccupationKey("bidan".into());
        let midwife = Candidate { occupation: Some(bidan), ..candidate(1) };
        assert!(screen.judge(&midwife, &facts).is_ok());
        assert!(screen.judge(&candidate(1), &facts).is_err());
    }

    fn any_bid(number: u128) -> impl Strategy<Value = Bid> {
        (0i32..6, 0u8..3).prop_map(move |(later, purse)| Bid {
            first: month("2022-10").plus(later),
            ..bid(number, "2022-10", purse, false)
        })
    }

    proptest! {
        /// Of two programmes without a list exactly one gets the person, whoever asks first.
        #[test]
        fn one_of_two_gets_the_person(one in any_bid(1), other in any_bid(2)) {
            for rule in [OverlapRule::EarlierStart, OverlapRule::GovernmentFirst] {
                prop_assert_ne!(gets_before(rule, &one, &other), gets_before(rule, &other, &one));
            }
        }
    }
}
