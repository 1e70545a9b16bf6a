//! Two records become one and two again.

use base::Day;

use super::*;

fn id<K>(number: u8) -> Id<K> {
    Id::from_bytes([number; 16])
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn nothing(person: u8) -> History {
    History {
        person: id(person),
        rows: Vec::new(),
        enlisted: Vec::new(),
        memberships: Vec::new(),
        covered: Vec::new(),
        cards: Vec::new(),
        claims: Vec::new(),
        billed: Vec::new(),
        waiting: Vec::new(),
        apart: Vec::new(),
    }
}

fn member(number: u8, person: u8, programme: u8) -> Membership {
    let (first, last) = (month("2022-10"), month("2022-12"));
    Membership { id: id(number), person: id(person), programme: id(programme), first, last }
}

fn cover(person: u8, programme: u8, scheme: Scheme, of: &str) -> (CoveredMonth, Rupiah) {
    let (month, transfer) = (month(of), id(90));
    let cover =
        CoveredMonth { person: id(person), scheme, month, programme: id(programme), transfer };
    (cover, Rupiah(10_000))
}

#[test]
fn what_has_room_moves_and_what_has_none_is_named() {
    let kept = History {
        enlisted: vec![(id(50), (id(60), 0, 2))],
        memberships: vec![member(11, 1, 50)],
        covered: vec![cover(1, 50, Scheme::Jkk, "2022-10")],
        cards: vec![HeldCard { id: id(70), programme: id(50), copy: 1, state: CardState::Active }],
        ..nothing(1)
    };
    let away = History {
        rows: vec![(id(61), 0, 3)],
        enlisted: vec![(id(50), (id(61), 0, 3)), (id(51), (id(62), 0, 4))],
        memberships: vec![member(12, 2, 50), member(13, 2, 51)],
        covered: vec![
            cover(2, 51, Scheme::Jkk, "2022-10"),
            cover(2, 51, Scheme::Jkm, "2022-10"),
            cover(2, 51, Scheme::Jkk, "2022-11"),
        ],
        cards: vec![
            HeldCard { id: id(71), programme: id(50), copy: 1, state: CardState::Active },
            HeldCard { id: id(72), programme: id(51), copy: 1, state: CardState::Active },
            HeldCard { id: id(73), programme: id(50), copy: 2, state: CardState::Revoked },
        ],
        billed: vec![(id(80), month("2022-12"), id(13)), (id(81), month("2022-10"), id(13))],
        waiting: vec![(id(99), id(98))],
        ..nothing(2)
    };
    let plan = plan(&kept, &away);
    let expect = [
        Move::Row((id(61), 0, 3)),
        Move::Delist(id(50), (id(61), 0, 3)),
        Move::Enlistment(id(51), (id(62), 0, 4)),
        Move::Membership(id(13)),
        Move::Line(id(80), month("2022-12"), id(13)),
        Move::Cover(Scheme::Jkm, month("2022-10")),
        Move::Cover(Scheme::Jkk, month("2022-11")),
        Move::StopCard(id(71), CardState::Active),
        Move::Card(id(72)),
        Move::Rest(id(99)),
    ];
    assert_eq!(plan.moves, expect);
    assert_eq!(plan.paid_twice, [cover(2, 51, Scheme::Jkk, "2022-10")]);
    assert_eq!(plan.recoverable(), Rupiah(10_000));
    assert_eq!(plan.ended, [member(12, 2, 50)]);
    assert_eq!(plan.covers_moved(), 2);
}

#[test]
fn a_claim_moves_unless_the_same_is_asked_for_already() {
    use crate::claim::ClaimKind;
    let claim = |number, event: &str, state| Claim {
        id: id(number),
        person: id(2),
        kind: ClaimKind::Jkm,
        event: Day::parse_iso(event).expect("a day"),
        reported: Day::parse_iso("2022-12-01").expect("a day"),
        told: crate::claim::Told::Family,
        occupation: None,
        opened_by: id(9),
        opened_at_ms: 0,
        state,
        steps: 0,
        granted: None,
        paid: Rupiah::ZERO,
    };
    let claims = vec![
        claim(21, "2022-11-20", ClaimState::Open),
        claim(22, "2022-11-21", ClaimState::Paid),
        claim(23, "2022-11-20", ClaimState::Withdrawn),
    ];
    let away = History { claims, ..nothing(2) };
    let of = |kept: Vec<Claim>| plan(&History { claims: kept, ..nothing(1) }, &away).moves;
    let [first, second, third] = [21, 22, 23].map(|number| Move::Claim(id(number)));
    assert_eq!(of(Vec::new()), [first.clone(), second.clone(), third.clone()]);
    let withdrawn = claim(31, "2022-11-20", ClaimState::Withdrawn);
    assert_eq!(of(vec![withdrawn]), [first, second.clone(), third.clone()]);
    assert_eq!(of(vec![claim(32, "2022-11-20", ClaimState::Sent)]), [second, third]);
}

#[test]
fn an_approval_binds_every_move() {
    let (kept, away) = (nothing(1), nothing(2));
    let bare = plan(&kept, &away).hash();
    let with_row = History { rows: vec![(id(61), 0, 3)], ..nothing(2) };
    let with_other_row = History { rows: vec![(id(61), 0, 4)], ..nothing(2) };
    let hashes = [
        bare,
        plan(&away, &kept).hash(),
        plan(&kept, &with_row).hash(),
        plan(&kept, &with_other_row).hash(),
    ];
    let different: HashSet<_> = hashes.into_iter().collect();
    assert_eq!(different.len(), hashes.len());
    // A pair that somebody finds meanwhile is no change of what was approved.
    let with_pair = History { waiting: vec![(id(99), id(98))], ..nothing(2) };
    assert_eq!(plan(&kept, &with_pair).hash(), bare);
}

#[test]
fn who_was_told_from_one_is_not_asked_about_for_the_other() {
    // The kept person may be 96 or 97; the record that steps aside is known not to be 96.
    let kept = History { waiting: vec![(id(86), id(96)), (id(87), id(97))], ..nothing(1) };
    let away = History { apart: vec![id(96)], ..nothing(2) };
    assert_eq!(plan(&kept, &away).moves, [Move::Rest(id(86))]);
}

#[test]
fn the_record_with_more_cover_stays_then_the_older() {
    let covered = History { covered: vec![cover(2, 51, Scheme::Jkk, "2022-10")], ..nothing(2) };
    assert_eq!(to_keep(&nothing(1), &covered), id(2));
    assert_eq!(to_keep(&nothing(2), &nothing(1)), id(1));
}
