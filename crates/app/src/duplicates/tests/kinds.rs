//! More kinds of work at once than the law allows: asked before a list and before a bill. Everybody
//! is invented.

use domain::occupation::OccupationKey;
use domain::terms::GroupTerms;

use super::*;
use crate::conflicts::{Against, Conflicts};
use crate::words::{Language, Words};

impl World {
    /// The register, which keeps one work of a person, says another one by now.
    fn works_as(&self, person: Id<kind::Person>, version: u32, work: &str) {
        let known = self.office.store.read(|tx| store::people::get(tx, person)).expect("reads");
        let mut person = known.expect("is there");
        person.occupation = Some(OccupationKey(work.into()));
        let since = Day::new(2022, 10, 1).expect("a day");
        self.office.change_person(&self.operator, &person, version, since).expect("is changed");
    }

    /// A third programme like the first; `change` says what is different.
    fn another(&self, code: &str, change: impl FnOnce(&mut Programme)) {
        let known = self.office.programme("satu").expect("is there");
        let mut programme =
            Programme { id: self.office.environment.new_id(), code: code.into(), ..known };
        change(&mut programme);
        self.office.add_programme(&self.operator, &programme).expect("a programme");
    }

    /// What stands against the list that would be put forward.
    fn against_draft(&self, code: &str) -> Conflicts {
        let draft = self.office.list_draft(&self.operator, code).expect("a list");
        self.office.conflicts_of_list(&self.operator, code, &draft).expect("is shown")
    }
}

/// Him as a farmer, a trader, …
fn as_row(work: &str) -> String {
    ONE.replace("nelayan", work)
}

fn over(found: &Conflicts) -> Vec<&Against> {
    let against = found.found.iter().map(|one| &one.against);
    against.filter(|one| matches!(one, Against::TooManyKinds { .. })).collect()
}

/// A fisherman by his first list and a farmer by his second: exactly two.
fn with_two(world: &World) -> Id<kind::Person> {
    world.take_in("satu", ONE);
    world.approve_list("satu");
    let (_, lines) = world.office.newest_list(&world.operator, "satu").expect("is there");
    let him = lines[0].person;
    world.take_in("dua", &as_row("petani"));
    assert!(over(&world.against_draft("dua")).is_empty());
    world.approve_list("dua");
    him
}

#[test]
fn a_third_kind_of_work_is_asked_about_with_its_article() {
    both(|world| {
        let (office, operator) = (&world.office, &world.operator);
        let him = with_two(world);
        world.another("tiga", |_| {});
        world.take_in("tiga", &as_row("pedagang pasar"));
        let found = world.against_draft("tiga");
        // Two other programmes pay for him, and there are three kinds.
        assert_eq!(found.counts(), [("other-programme", 2), ("too-many-kinds", 1)]);
        let expect = Against::TooManyKinds {
            month: Month::parse("2022-10").expect("a month"),
            kinds: ["nelayan", "pedagang_pasar", "petani"].map(|key| label(office, key)).into(),
            most: 2,
            article: "Permenaker 5/2021 Pasal 31 dan Pasal 32".into(),
            status: "secondary",
        };
        assert_eq!(over(&found), [&expect]);
        let words = Words::of(Language::Indonesian);
        let rule = found.rule_words(&expect, words);
        assert!(rule.contains("paling banyak 2") && rule.contains("Pasal 31"), "{rule}");
        assert!(found.next_words(&expect, words).contains("belum ditulis"));
        // While it waits for another, and on the bill of every list that is part of it.
        office.propose(operator, "tiga").expect("is put forward");
        let found = office.conflicts(&world.approver, "tiga", None).expect("is shown");
        assert_eq!(over(&found), [&expect]);
        office.approve(&world.approver, "tiga", None).expect("no rule of the office stops it");
        for (code, month) in [("tiga", "2022-10"), ("satu", "2022-10"), ("dua", "2022-12")] {
            let month = Month::parse(month).expect("a month");
            let found = office.conflicts(operator, code, Some(month)).expect("is shown");
            assert_eq!(over(&found).len(), 1, "{code}");
        }
        // What the rows named stays, whatever the register says since.
        world.works_as(him, 1, "petani");
        let october = Month::parse("2022-10").expect("a month");
        let found = office.conflicts(operator, "satu", Some(october)).expect("is shown");
        assert_eq!(over(&found), [&expect]);
    });
}

fn label(office: &Office, key: &str) -> Box<str> {
    let known = office.occupations.get(&OccupationKey(key.into()));
    known.expect("is in the list").label.clone()
}

#[test]
fn the_written_rule_is_named_where_it_decides() {
    both(|world| {
        with_two(world);
        world.another("tiga", |_| {});
        world.take_in("tiga", &as_row("pedagang pasar"));
        world.office.propose(&world.operator, "tiga").expect("is put forward");
        world.office.set_overlap_rule(&world.operator, "first-listed").expect("is written");
        let found = world.office.conflicts(&world.approver, "tiga", None).expect("is shown");
        let words = Words::of(Language::Indonesian);
        let next = found.next_words(over(&found)[0], words);
        assert!(next.contains("yang lebih dahulu pada daftar"), "{next}");
        // And it holds: whoever is on two lists already is not approved for a third.
        let refused = world.office.approve(&world.approver, "tiga", None).expect_err("refused");
        assert_eq!(refused.code, "LIST_OVERLAPS");
    });
}

#[test]
fn other_months_the_same_kind_and_work_with_a_wage_do_not_count() {
    both(|world| {
        with_two(world);
        // The same work on a third list is no third kind.
        world.another("tiga", |_| {});
        world.take_in("tiga", &as_row("petani").replace("RT 1", "RT 01"));
        assert!(over(&world.against_draft("tiga")).is_empty());
        // A third kind, when the first two have ended.
        world.another("empat", |programme| {
            programme.first = programme.last.plus(1);
            programme.last = programme.last.plus(3);
        });
        world.take_in("empat", &as_row("ojek"));
        assert!(over(&world.against_draft("empat")).is_empty());
        // A third kind with a wage: the law's number is of those who earn none.
        world.another("lima", |programme| {
            programme.terms.groups = vec![GroupTerms::parse("guru:pu:2500000").expect("one")];
        });
        world.take_in("lima", &as_row("guru"));
        let found = world.against_draft("lima");
        assert_eq!(found.counts(), [("other-programme", 2)]);
    });
}

/// Two records of one human, each on a list for another work: merged, they are two kinds of one person.
#[test]
fn kinds_of_who_was_merged_count_for_who_stands() {
    both(|world| {
        world.take_in("satu", ONE);
        world.take_in("dua", &AGAIN.replace("nelayan", "petani"));
        world.approve_list("satu");
        world.approve_list("dua");
        let pair = world.only_pair();
        world.say(pair.id, PairVerdict::Same, "").expect("is put forward");
        world.second(pair.id, true).expect("is approved");
        world.another("tiga", |_| {});
        world.take_in("tiga", &as_row("pedagang pasar"));
        let found = world.against_draft("tiga");
        let kinds = over(&found).into_iter().map(|one| match one {
            Against::TooManyKinds { kinds, .. } => kinds.len(),
            _ => 0,
        });
        assert_eq!(kinds.collect::<Vec<_>>(), [3]);
    });
}
