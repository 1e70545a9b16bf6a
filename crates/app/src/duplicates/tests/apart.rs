//! Two people told apart stay so: for every search, after other pairs are merged and parted, until
//! it is taken back. Everybody is invented.

use store::twin::tampering::ALL_SET_APART;

use super::*;

/// Three records that may be one man: A, B and C by their days of birth.
struct Three {
    people: [Id<kind::Person>; 3],
}

impl Three {
    fn of(world: &World) -> Three {
        let third = AGAIN.replace("180862", "190862").replace("18-08", "19-08");
        let mut people = Vec::new();
        for row in [ONE, AGAIN, &third] {
            let known: HashSet<_> = people.iter().copied().collect();
            world.take_in("satu", row);
            people.extend(world.registered().into_iter().filter(|one| !known.contains(one)));
        }
        world.office.find_duplicates(&world.operator, false).expect("searches");
        assert_eq!(world.queue(PairState::Open).len(), 3);
        Three { people: people.try_into().expect("three") }
    }

    fn pair(&self, one: usize, other: usize) -> Id<kind::Pair> {
        domain::duplicates::pair_id(self.people[one], self.people[other])
    }
}

impl World {
    pub(super) fn registered(&self) -> Vec<Id<kind::Person>> {
        let mut found = Vec::new();
        let read = self.office.store.read(|tx| {
            store::people::each(tx, |person, _| {
                found.push(person.id);
                Ok(())
            })
        });
        read.expect("reads");
        found
    }

    fn state(&self, pair: Id<kind::Pair>) -> PairState {
        let found = self.office.store.read(|tx| store::duplicates::get(tx, pair));
        found.expect("reads").expect("is there").state
    }

    /// Says that two are one, and keeps this record; a second person approves.
    fn merge(&self, pair: Id<kind::Pair>, keep: Id<kind::Person>) {
        let judgement = Judgement {
            pair,
            revision: None,
            verdict: PairVerdict::Same,
            keep: Some(keep),
            reason: "",
        };
        self.office.judge_pair(&self.operator, &judgement).expect("is put forward");
        self.second(pair, true).expect("is approved");
    }

    fn part(&self, pair: Id<kind::Pair>) {
        self.say(pair, PairVerdict::Undo, "ternyata dua orang").expect("is put forward");
        self.second(pair, true).expect("is approved");
    }

    fn search_all(&self) -> Searched {
        self.office.find_duplicates(&self.operator, true).expect("searches")
    }
}

#[test]
fn words_on_two_pairs_say_nothing_of_a_third() {
    both(|world| {
        let three = Three::of(world);
        for (one, other) in [(0, 1), (1, 2)] {
            world.say(three.pair(one, other), PairVerdict::Different, "").expect("is said");
        }
        // All three came by files; the pair that nobody spoke of is still asked about.
        assert_eq!(world.search_all().new, 0);
        let open = world.queue(PairState::Open);
        assert_eq!(open.iter().map(|pair| pair.id).collect::<Vec<_>>(), [three.pair(0, 2)]);
    });
}

#[test]
fn who_was_told_from_one_is_told_from_whoever_stands_for_them() {
    both(|world| {
        let three = Three::of(world);
        let [ab, ac, bc] = [three.pair(0, 1), three.pair(0, 2), three.pair(1, 2)];
        let before = world.rows();
        world.say(ab, PairVerdict::Different, "").expect("is said");
        world.merge(ac, three.people[2]);
        // A is C, and B is not A: nobody asks whether B is C.
        assert_eq!(world.state(bc), PairState::Resting);
        assert_eq!((world.search_all().new, world.queue(PairState::Open).len()), (0, 0));
        let refused = world.say(bc, PairVerdict::Same, "").map_err(|no| no.code);
        assert_eq!(refused, Err("PERSON_MERGED".to_owned()));
        world.part(ac);
        let states = [ab, ac, bc].map(|pair| world.state(pair));
        assert_eq!(states, [PairState::Different, PairState::Open, PairState::Open]);
        assert_eq!(world.search_all().new, 0);
        assert_eq!(world.rows(), before);
        let counts = world.office.duplicate_counts(&world.operator).expect("counts");
        assert_eq!(counts[&PairState::Open], 2);
        assert_eq!(counts.get(&PairState::Resting), Some(&0));
    });
}

#[test]
fn taking_a_word_back_wakes_what_rested_for_it() {
    both(|world| {
        let three = Three::of(world);
        let [ab, ac, bc] = [three.pair(0, 1), three.pair(0, 2), three.pair(1, 2)];
        world.say(ab, PairVerdict::Different, "").expect("is said");
        world.merge(ac, three.people[2]);
        world.say(ab, PairVerdict::Undo, "keliru").expect("is taken back");
        // A stands aside: B is asked about beside C, who stands for A.
        let states = [ab, ac, bc].map(|pair| world.state(pair));
        assert_eq!(states, [PairState::Resting, PairState::Same, PairState::Open]);
        world.part(ac);
        let states = [ab, ac, bc].map(|pair| world.state(pair));
        assert_eq!(states, [PairState::Open; 3]);
        let counts = world.office.duplicate_counts(&world.operator).expect("counts");
        assert_eq!(counts[&PairState::Open], 3);
        assert_eq!(counts.get(&PairState::Resting), Some(&0));
    });
}

#[test]
fn what_was_said_of_a_merged_record_counts_for_a_pair_found_later() {
    both(|world| {
        world.take_in("satu", ONE);
        world.take_in("dua", AGAIN);
        let pair = world.only_pair();
        let [left, right] = world.both_of(pair.id);
        world.say(pair.id, PairVerdict::Different, "").expect("is said");
        // A third record comes, looks like both, and is one with the first.
        let third = AGAIN.replace("180862", "190862").replace("18-08", "19-08");
        world.take_in("satu", &third);
        let of_first = |world: &World| {
            world.office.find_duplicates(&world.operator, false).expect("searches");
            let open = world.queue(PairState::Open);
            assert_eq!(open.len(), 2, "{open:?}");
            let of_left = open.iter().find(|pair| world.both_of(pair.id).contains(&left));
            of_left.expect("one of them").id
        };
        let same = of_first(world);
        let [one, other] = world.both_of(same);
        let newcomer = if one == left { other } else { one };
        world.merge(same, newcomer);
        assert_eq!(world.search_all().new, 0);
        assert!(world.queue(PairState::Open).is_empty());
        let apart = world.office.store.read(store::duplicates::told_apart).expect("reads");
        assert_eq!(apart, HashSet::from([domain::duplicates::ordered(newcomer, right)]));
    });
}

#[test]
fn what_an_earlier_program_kept_of_two_becomes_a_pair() {
    let embedded = FreshDirectory::new();
    let world = world(embedded.location(), Schemes::JKK_JKM);
    world.take_in("satu", &format!("{ONE}{AGAIN}"));
    let as_before = store::twin::tamper(&embedded.location(), ALL_SET_APART);
    as_before.expect("is kept");
    let searched = world.search_all();
    assert_eq!((searched.new, searched.told_apart), (0, 1));
    let told = world.queue(PairState::Different);
    assert_eq!((told.len(), world.queue(PairState::Open).len()), (1, 0));
    // It is a word like any other.
    assert_eq!(world.say(told[0].id, PairVerdict::Undo, "keliru"), Ok(PairState::Open));
    assert_eq!(world.search_all().told_apart, 0);
    assert_eq!(world.queue(PairState::Open).len(), 1);
}
