//! For how many kinds of work somebody is insured at once, held against what the law of the month
//! allows to those who earn no wage.

use std::collections::{BTreeSet, HashMap};

use base::id::kind;
use base::{Day, Id, Month};
use rules::Rulebook;
use rules::rule::Citation;

use crate::membership::Membership;
use crate::occupation::OccupationKey;

/// A kind of work without a wage that a membership insures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InsuredWork {
    /// Who, on which programme, and when.
    pub membership: Membership,
    /// The kind.
    pub work: OccupationKey,
}

/// Somebody who would be insured for more kinds of work than the law allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooManyKinds<'a> {
    /// Who.
    pub person: Id<kind::Person>,
    /// The first month in which it is so.
    pub month: Month,
    /// The kinds of that month, each once.
    pub kinds: Vec<OccupationKey>,
    /// How many the law allows.
    pub most: i64,
    /// The law.
    pub citation: &'a Citation,
}

/// How many kinds of work somebody without a wage may be registered with on a day, and who says so.
pub fn kinds_most(rulebook: &Rulebook, on: Day) -> Option<(i64, &Citation)> {
    let entry = rulebook.parameter("eligibility.pekerjaan_maksimum")?.entry_on(on)?;
    Some((entry.number()?, &entry.citation))
}

/// Whose kinds of work become too many by the memberships asked about, in the order of `asked`.
///
/// The same kind on two programmes is one. A membership never stands beside itself, so that asking
/// again about what stands already adds nothing to it.
pub fn too_many_kinds<'a>(
    asked: &[InsuredWork],
    standing: &[InsuredWork],
    rulebook: &'a Rulebook,
) -> Vec<TooManyKinds<'a>> {
    let mut by_person: HashMap<Id<kind::Person>, Vec<&InsuredWork>> = HashMap::new();
    for one in standing {
        by_person.entry(one.membership.person).or_default().push(one);
    }
    let found = asked.iter().filter_map(|ours| {
        let beside = by_person.get(&ours.membership.person)?;
        let mut months = ours.membership.first.through(ours.membership.last);
        months.find_map(|month| over_in(month, ours, beside, rulebook))
    });
    found.collect()
}

fn over_in<'a>(
    month: Month,
    ours: &InsuredWork,
    beside: &[&InsuredWork],
    rulebook: &'a Rulebook,
) -> Option<TooManyKinds<'a>> {
    let (most, citation) = kinds_most(rulebook, month.first_day())?;
    let others = beside
        .iter()
        .filter(|one| one.membership.id != ours.membership.id && one.membership.holds(month));
    let kinds: BTreeSet<&OccupationKey> = others.map(|one| &one.work).chain([&ours.work]).collect();
    (i64::try_from(kinds.len()).is_ok_and(|count| count > most)).then(|| TooManyKinds {
        person: ours.membership.person,
        month,
        kinds: kinds.into_iter().cloned().collect(),
        most,
        citation,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{LAW, id, month};

    /// Somebody's work on a programme, from a month to another.
    fn work(person: u128, programme: u128, work: &str, months: (&str, &str)) -> InsuredWork {
        let (first, last) = (month(months.0), month(months.1));
        let membership = Membership {
            id: id(person * 100 + programme),
            person: id(person),
            programme: id(programme),
            first,
            last,
        };
        InsuredWork { membership, work: OccupationKey(work.into()) }
    }

    fn check(asked: &InsuredWork, standing: &[InsuredWork], expect: Option<(&str, &[&str])>) {
        let found = too_many_kinds(std::slice::from_ref(asked), standing, &LAW);
        let found: Vec<(String, Vec<String>)> = found
            .into_iter()
            .map(|one| {
                assert_eq!((one.most, one.person), (2, asked.membership.person));
                assert!(one.citation.article.contains("Permenaker 5/2021"), "{:?}", one.citation);
                let kinds = one.kinds.iter().map(|kind| kind.0.to_string()).collect();
                (one.month.to_string(), kinds)
            })
            .collect();
        let expect = expect.map(|(month, kinds)| {
            (month.to_owned(), kinds.iter().map(|kind| (*kind).to_owned()).collect())
        });
        assert_eq!(found, Vec::from_iter(expect));
    }

    #[test]
    fn three_kinds_in_one_month_are_one_too_many_and_two_are_not() {
        let year = ("2022-01", "2022-12");
        let ours = work(1, 1, "petani", ("2022-10", "2023-03"));
        let fisher = work(1, 2, "nelayan", year);
        let driver = work(1, 3, "ojek", ("2022-12", "2023-02"));
        check(&ours, std::slice::from_ref(&fisher), None);
        // In October and November two hold; the third comes in December.
        let expect = ("2022-12", &["nelayan", "ojek", "petani"][..]);
        check(&ours, &[fisher.clone(), driver.clone()], Some(expect));
        // One of them ends before the other begins.
        let later = work(1, 3, "ojek", ("2023-01", "2023-02"));
        check(&ours, &[fisher.clone(), later], None);
        // The same kind again, and somebody else's kinds.
        check(&ours, &[fisher.clone(), work(1, 3, "petani", year)], None);
        check(&ours, &[fisher.clone(), work(2, 3, "ojek", year)], None);
        // What stands already, asked about once more.
        check(&ours, &[fisher, work(1, 1, "ojek", year)], None);
    }

    #[test]
    fn before_the_law_said_a_number_nothing_is_too_many() {
        // The article is known from 1 April 2021.
        let early = ("2020-01", "2021-03");
        let beside = [work(1, 2, "nelayan", early), work(1, 3, "ojek", ("2020-01", "2021-04"))];
        check(&work(1, 1, "petani", early), &beside, None);
        let over = [work(1, 2, "nelayan", ("2020-01", "2021-04")), beside[1].clone()];
        let expect = ("2021-04", &["nelayan", "ojek", "petani"][..]);
        check(&work(1, 1, "petani", ("2020-01", "2021-12")), &over, Some(expect));
    }
}
