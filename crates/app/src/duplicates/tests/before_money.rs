//! Pairs that nobody has decided are shown wherever money is about to move, and stop nothing by
//! themselves. Everybody is invented.

use domain::screening::OverlapRule;

use super::*;
use crate::conflicts::{Against, Conflicts};

fn twice(found: &Conflicts) -> Vec<Id<kind::Pair>> {
    let pairs = found.found.iter().filter_map(|one| match one.against {
        Against::MaybeTwice(pair, _) => Some(pair),
        _ => None,
    });
    pairs.collect()
}

#[test]
fn a_pair_that_waits_is_shown_on_the_list_and_on_the_bill() {
    both(|world| {
        let (office, operator) = (&world.office, &world.operator);
        world.take_in("satu", ONE);
        world.approve_list("satu");
        world.take_in("dua", &format!("{AGAIN}{OTHER}"));
        let pair = world.only_pair();
        // Before it is put forward.
        let draft = office.list_draft(operator, "dua").expect("a list");
        let found = office.conflicts_of_list(operator, "dua", &draft).expect("is shown");
        assert_eq!((found.people, found.certain()), (2, 0));
        assert_eq!(twice(&found), [pair.id]);
        assert_eq!(found.counts(), [("maybe-twice", 1)]);
        assert_eq!((found.pairs.len(), found.pairs[0].id), (1, pair.id));
        // Only the first costs anything yet: a month of JKK and JKM.
        assert_eq!(found.monthly_at_stake(), Rupiah(16_800));
        // While it waits for another, whatever a village is asked.
        office.propose(operator, "dua").expect("is put forward");
        world.say(pair.id, PairVerdict::Ask, "").expect("is asked");
        let found = office.conflicts(&world.approver, "dua", None).expect("is shown");
        assert_eq!(twice(&found), [pair.id]);
        let draft = office.list_draft(operator, "dua").expect("as it was put forward");
        assert!(!draft.is_new);
        let found = office.conflicts_of_list(operator, "dua", &draft).expect("is shown");
        assert_eq!(twice(&found), [pair.id]);
        // It is no reason to refuse: the office decides.
        office.approve(&world.approver, "dua", None).expect("is approved");
        let october = Month::parse("2022-10").expect("a month");
        for code in ["satu", "dua"] {
            let found = office.conflicts(operator, code, Some(october)).expect("is shown");
            assert_eq!(twice(&found), [pair.id], "{code}");
        }
        // Decided, it is shown no more.
        world.say(pair.id, PairVerdict::Different, "").expect("is said");
        let found = office.conflicts(operator, "dua", Some(october)).expect("is shown");
        assert!(found.found.is_empty() && found.pairs.is_empty());
    });
}

#[test]
fn the_written_rule_is_shown_with_what_stands_against_a_list() {
    both(|world| {
        let (office, operator) = (&world.office, &world.operator);
        world.take_in("satu", ONE);
        world.approve_list("satu");
        world.take_in("dua", &format!("{ONE}{OTHER}"));
        let draft = office.list_draft(operator, "dua").expect("a list");
        let found = office.conflicts_of_list(operator, "dua", &draft).expect("is shown");
        assert_eq!(found.counts(), [("other-programme", 1)]);
        assert_eq!((found.certain(), found.rule), (1, None));
        office.set_overlap_rule(operator, "first-listed").expect("is written");
        // By the rule the first programme keeps him: he is on the second list no more.
        let draft = office.list_draft(operator, "dua").expect("a list");
        let found = office.conflicts_of_list(operator, "dua", &draft).expect("is shown");
        assert_eq!(found.rule, Some(OverlapRule::FirstListed));
        assert_eq!((found.people, found.found.len()), (1, 0));
    });
}
