//! In which order places are given: criteria as data, one after the other, and for each person what
//! each criterion found.
//!
//! The order is total, because the last word has the person's identifier, and so the same people
//! always come out in the same order.

use std::cmp::Ordering;
use std::fmt;

use base::{RegionCode, Severity};

use crate::approval::Candidate;
use crate::programme::Programme;

/// One way to tell two people apart; what is not known comes last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Criterion {
    /// Those of this age or more on the programme's first day before the others.
    Elderly(u8),
    /// The oldest first.
    Oldest,
    /// The youngest first.
    Youngest,
    /// The lowest welfare decile first.
    Decile,
    /// Those on a list of people with a disability first.
    Disability,
    /// By occupation, in the order in which the programme names them.
    Occupation,
    /// Those whose list came earlier first.
    Received,
    /// Those with the fewest open questions first.
    FewestQuestions,
    /// By villages or districts in this order; the others after them.
    VillageOrder(Vec<RegionCode>),
    /// By the code of the village.
    Village,
    /// By name, without regard to case.
    Name,
}

/// What a criterion found of somebody; smaller comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// A number.
    Number(i64),
    /// A text, which may name somebody.
    Text(Box<str>),
    /// The register does not know.
    Unknown,
}

/// Criteria in the order of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority(pub Vec<Criterion>);

impl Default for Priority {
    fn default() -> Priority {
        Priority(vec![Criterion::Village, Criterion::Name])
    }
}

impl Criterion {
    /// The stable name, without what it is about.
    pub fn name(&self) -> &'static str {
        match self {
            Criterion::Elderly(_) => "elderly",
            Criterion::Oldest => "oldest",
            Criterion::Youngest => "youngest",
            Criterion::Decile => "decile",
            Criterion::Disability => "disability",
            Criterion::Occupation => "occupation",
            Criterion::Received => "received",
            Criterion::FewestQuestions => "fewest-questions",
            Criterion::VillageOrder(_) => "village-order",
            Criterion::Village => "village",
            Criterion::Name => "name",
        }
    }

    fn parse(text: &str) -> Option<Criterion> {
        let (name, about) = text.split_once(':').map_or((text, None), |(n, a)| (n, Some(a)));
        match (name.trim(), about.map(str::trim)) {
            ("elderly", Some(age)) => Some(Criterion::Elderly(age.parse().ok()?)),
            ("village-order", Some(codes)) => {
                let codes = codes.split('+').map(RegionCode::parse).collect::<Option<Vec<_>>>()?;
                Some(Criterion::VillageOrder(codes))
            }
            ("oldest", None) => Some(Criterion::Oldest),
            ("youngest", None) => Some(Criterion::Youngest),
            ("decile", None) => Some(Criterion::Decile),
            ("disability", None) => Some(Criterion::Disability),
            ("occupation", None) => Some(Criterion::Occupation),
            ("received", None) => Some(Criterion::Received),
            ("fewest-questions", None) => Some(Criterion::FewestQuestions),
            ("village", None) => Some(Criterion::Village),
            ("name", None) => Some(Criterion::Name),
            _ => None,
        }
    }

    /// What it finds of a candidate of a programme.
    pub fn find(&self, candidate: &Candidate, programme: &Programme) -> Found {
        let first = programme.first.first_day();
        let before_others = |holds: bool| Found::Number(i64::from(!holds));
        match self {
            Criterion::Elderly(age) => {
                before_others(candidate.birth.age_on(first) >= i32::from(*age))
            }
            Criterion::Oldest => Found::Number(candidate.birth.as_number()),
            Criterion::Youngest => Found::Number(-candidate.birth.as_number()),
            Criterion::Decile => {
                let decile = candidate.welfare.decile.map(i64::from);
                decile.map_or(Found::Unknown, Found::Number)
            }
            // Who is on no list may be disabled all the same: that is not known.
            Criterion::Disability if candidate.welfare.disabled => Found::Number(0),
            Criterion::Disability => Found::Unknown,
            Criterion::Occupation => {
                let known = candidate.occupation.as_ref();
                let at = programme.occupations.iter().position(|key| Some(key) == known);
                at.map_or(Found::Unknown, |at| Found::Number(at as i64))
            }
            Criterion::Received => Found::Number(candidate.received_ms),
            Criterion::FewestQuestions => Found::Number(open_questions(candidate) as i64),
            Criterion::VillageOrder(order) => {
                let at = order.iter().position(|region| region.contains(candidate.place));
                at.map_or(Found::Unknown, |at| Found::Number(at as i64))
            }
            Criterion::Village => Found::Text(candidate.place.to_string().into()),
            Criterion::Name => Found::Text(candidate.name.as_str().to_lowercase().into()),
        }
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Criterion::Elderly(age) => write!(f, "elderly:{age}"),
            Criterion::VillageOrder(order) => {
                let codes: Vec<String> = order.iter().map(ToString::to_string).collect();
                write!(f, "village-order:{}", codes.join("+"))
            }
            other => f.write_str(other.name()),
        }
    }
}

impl Priority {
    /// Reads `elderly:60,decile,received,village,name`.
    pub fn parse(text: &str) -> Option<Priority> {
        text.split(',')
            .map(|part| Criterion::parse(part.trim()))
            .collect::<Option<_>>()
            .map(Priority)
    }

    /// What each criterion finds, in order.
    pub fn find(&self, candidate: &Candidate, programme: &Programme) -> Vec<Found> {
        self.0.iter().map(|criterion| criterion.find(candidate, programme)).collect()
    }

    /// The candidates in the order in which they are taken.
    pub fn ranked<'a>(
        &self,
        candidates: &'a [Candidate],
        programme: &Programme,
    ) -> Vec<&'a Candidate> {
        let mut ranked: Vec<&Candidate> = candidates.iter().collect();
        ranked.sort_by_cached_key(|one| (self.find(one, programme), one.person));
        ranked
    }

    /// The criterion by which one comes before another, the first in which they differ; none when
    /// only their identifiers tell them apart.
    pub fn deciding(
        &self,
        one: &Candidate,
        other: &Candidate,
        programme: &Programme,
    ) -> Option<&Criterion> {
        let differs = |criterion: &&Criterion| {
            let found = |candidate| criterion.find(candidate, programme);
            found(one).cmp(&found(other)) != Ordering::Equal
        };
        self.0.iter().find(differs)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&parts.join(","))
    }
}

/// Problems that wait for somebody's answer; information does not.
fn open_questions(candidate: &Candidate) -> usize {
    candidate.problems.iter().filter(|code| code.severity() > Severity::Info).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::approval::Welfare;
    use crate::tests::{candidate, day, place, programme};

    fn priority(text: &str) -> Priority {
        Priority::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    fn order(text: &str, candidates: &[Candidate]) -> Vec<usize> {
        let priority = priority(text);
        let ranked = priority.ranked(candidates, &programme());
        let at = |one: &&Candidate| candidates.iter().position(|c| c.person == one.person);
        ranked.iter().map(|one| at(one).expect("one of them")).collect()
    }

    fn people() -> [Candidate; 4] {
        let born = |number, birth: &str| Candidate { birth: day(birth), ..candidate(number) };
        let mut people = [
            born(0, "1990-05-01"),
            born(1, "1960-05-01"),
            born(2, "1959-05-01"),
            born(3, "1985-05-01"),
        ];
        people[0].welfare = Welfare { decile: Some(1), ..Welfare::default() };
        people[3].welfare = Welfare { decile: Some(4), disabled: true, as_of: None };
        people[2].place = place("64.01.05.2002");
        people[1].received_ms = 5;
        people
    }

    #[test]
    fn criteria_are_asked_one_after_the_other() {
        let people = people();
        for (text, expect) in [
            ("name", [0, 1, 2, 3]),
            ("oldest", [2, 1, 3, 0]),
            ("youngest", [0, 3, 1, 2]),
            // Sixty-two and sixty-three on 1 October 2022.
            ("elderly:60,name", [1, 2, 0, 3]),
            ("elderly:63,name", [2, 0, 1, 3]),
            // Unknown deciles come last.
            ("decile,name", [0, 3, 1, 2]),
            ("disability,oldest", [3, 2, 1, 0]),
            ("received,name", [0, 2, 3, 1]),
            ("village-order:64.01.05.2002,name", [2, 0, 1, 3]),
            ("village,name", [0, 1, 3, 2]),
        ] {
            assert_eq!(order(text, &people), expect, "{text}");
        }
    }

    #[test]
    fn it_is_said_by_what_one_comes_before_the_next() {
        let people = people();
        let says = |text, one: usize, other: usize| {
            let priority = priority(text);
            let found = priority.deciding(&people[one], &people[other], &programme());
            found.map(Criterion::name)
        };
        assert_eq!(says("elderly:60,oldest,name", 2, 0), Some("elderly"));
        assert_eq!(says("elderly:60,oldest,name", 2, 1), Some("oldest"));
        assert_eq!(says("elderly:60,name", 0, 3), Some("name"));
        assert_eq!(says("elderly:60", 0, 3), None);
    }

    #[test]
    fn an_order_is_read_and_written() {
        for text in [
            "elderly:60,disability,decile,village-order:64.01.05.2002+64.01.06,village,name",
            "oldest",
            "youngest,occupation,received,fewest-questions",
        ] {
            assert_eq!(priority(text).to_string(), text);
        }
        for bad in ["", "elderly", "elderly:x", "oldest:3", "village-order:x", "height", "name,"] {
            assert_eq!(Priority::parse(bad), None, "{bad}");
        }
        assert_eq!(Priority::default().to_string(), "village,name");
    }

    fn any_priority() -> impl Strategy<Value = Priority> {
        let any = prop_oneof![
            (50u8..70).prop_map(Criterion::Elderly),
            Just(Criterion::Oldest),
            Just(Criterion::Youngest),
            Just(Criterion::Decile),
            Just(Criterion::Disability),
            Just(Criterion::Occupation),
            Just(Criterion::Received),
            Just(Criterion::FewestQuestions),
            Just(Criterion::VillageOrder(vec![place("64.01.05.2003")])),
            Just(Criterion::Village),
            Just(Criterion::Name),
        ];
        prop::collection::vec(any, 1..6).prop_map(Priority)
    }

    fn any_people() -> impl Strategy<Value = Vec<Candidate>> {
        let one = (0u32..40, 1950i16..2000, 2001u16..2005, 0i64..3, prop::option::of(1u8..=10));
        prop::collection::vec(one, 0..40).prop_map(|rows| {
            let mut seen = std::collections::HashSet::new();
            let fresh = rows.into_iter().filter(|(number, ..)| seen.insert(*number));
            let made = fresh.map(|(number, year, village, received_ms, decile)| Candidate {
                birth: day(&format!("{year}-03-01")),
                place: place(&format!("64.01.05.{village}")),
                received_ms,
                welfare: Welfare { decile, disabled: number % 7 == 0, as_of: None },
                ..candidate(number)
            });
            made.collect()
        })
    }

    proptest! {
        /// Whatever order the people come in, they come out in the same one; nobody is lost, and
        /// each comes before the next for a reason that can be told.
        #[test]
        fn the_order_is_stable_and_can_be_told(
            priority in any_priority(), people in any_people(), turn in 0usize..40,
        ) {
            let programme = programme();
            let ids = |ranked: Vec<&Candidate>| -> Vec<_> {
                ranked.into_iter().map(|one| one.person).collect()
            };
            let ranked = priority.ranked(&people, &programme);
            let mut turned = people.clone();
            turned.rotate_left(turn.min(people.len()));
            turned.reverse();
            prop_assert_eq!(ids(priority.ranked(&turned, &programme)), ids(ranked.clone()));
            let mut all = ids(ranked.clone());
            all.sort();
            let mut given: Vec<_> = people.iter().map(|one| one.person).collect();
            given.sort();
            prop_assert_eq!(all, given);
            for pair in ranked.windows(2) {
                let (one, other) = (pair[0], pair[1]);
                match priority.deciding(one, other, &programme) {
                    Some(by) => {
                        prop_assert!(by.find(one, &programme) < by.find(other, &programme));
                    }
                    None => prop_assert!(one.person < other.person),
                }
            }
            prop_assert_eq!(Priority::parse(&priority.to_string()), Some(priority));
        }
    }
}
