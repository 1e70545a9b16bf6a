//! Memberships derive their identifiers and find the months two payers would share.

use proptest::prelude::*;

use super::*;
use crate::tests::{candidate, id, month, programme};

fn cover(
    programme_number: u128,
    person: u128,
    first: &str,
    last: &str,
    schemes: &str,
) -> PlannedCover {
    let programme = Programme {
        id: id(programme_number),
        first: month(first),
        last: month(last),
        ..programme()
    };
    PlannedCover {
        membership: Membership::of(&programme, id(person)),
        schemes: Schemes::parse(schemes).expect("schemes"),
    }
}

#[test]
fn the_same_person_and_programme_give_one_membership() {
    let (programme, person) = (programme(), candidate(1).person);
    let membership = Membership::of(&programme, person);
    assert_eq!(membership.id, membership_id(programme.id, person));
    assert_ne!(membership.id, membership_id(programme.id, candidate(2).person));
    assert_ne!(membership.id, membership_id(id(3), person));
    let held =
        ["2022-09", "2022-10", "2022-12", "2023-01"].map(|text| membership.holds(month(text)));
    assert_eq!(held, [false, true, true, false]);
}

#[test]
fn overlaps_are_named_by_scheme_and_month() {
    let ours = cover(2, 1, "2022-10", "2022-12", "jkk,jkm");
    let check = |theirs: PlannedCover, expect: &[(Scheme, &str, &str)]| {
        let found: Vec<_> = overlaps(&[ours], &[theirs])
            .into_iter()
            .map(|o| (o.scheme, o.first.to_string(), o.last.to_string()))
            .collect();
        let expect: Vec<_> = expect
            .iter()
            .map(|(scheme, first, last)| (*scheme, first.to_string(), last.to_string()))
            .collect();
        assert_eq!(found, expect);
    };
    let (jkk, jkm) = (Scheme::Jkk, Scheme::Jkm);
    check(ours, &[]);
    check(cover(3, 2, "2022-10", "2022-12", "jkk,jkm"), &[]);
    check(cover(3, 1, "2023-01", "2023-03", "jkk,jkm"), &[]);
    check(cover(3, 1, "2022-07", "2022-09", "jkk,jkm"), &[]);
    check(cover(3, 1, "2022-10", "2022-12", "jht"), &[]);
    check(
        cover(3, 1, "2022-12", "2023-02", "jkk,jkm"),
        &[(jkk, "2022-12", "2022-12"), (jkm, "2022-12", "2022-12")],
    );
    check(cover(3, 1, "2022-01", "2022-11", "jkm,jht"), &[(jkm, "2022-10", "2022-11")]);
}

proptest! {
    #[test]
    fn two_memberships_overlap_where_a_month_says_so(
        a in (0i32..12, 0i32..6, 0u8..8), b in (0i32..12, 0i32..6, 0u8..8),
    ) {
        let start = month("2022-01");
        let make = |number, (from, length, bits): (i32, i32, u8)| {
            let programme = Programme {
                id: id(number),
                first: start.plus(from),
                last: start.plus(from + length),
                ..programme()
            };
            let schemes = Schemes::from_bits(bits).expect("three bits");
            PlannedCover { membership: Membership::of(&programme, id(1)), schemes }
        };
        let (a, b) = (make(2, a), make(3, b));
        let found = overlaps(&[a], &[b]);
        for scheme in Scheme::ALL {
            for month in start.through(start.plus(24)) {
                let both = a.membership.holds(month) && b.membership.holds(month)
                    && a.schemes.contains(scheme) && b.schemes.contains(scheme);
                let named = found
                    .iter()
                    .filter(|o| o.scheme == scheme && o.first <= month && month <= o.last)
                    .count();
                prop_assert_eq!(named, usize::from(both));
            }
        }
        prop_assert_eq!(found.len(), overlaps(&[b], &[a]).len());
    }
}
