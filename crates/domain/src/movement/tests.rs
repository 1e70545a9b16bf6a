//! Changes by hand: what leaving frees, who takes the place, who is passed over and why.

use proptest::prelude::*;
use rules::FundKind;

use super::*;
use crate::tests::{LAW, candidate, day, dear_rulebook, id, month, programme};

/// Invented: on the programme from October to December 2022.
fn on_list(number: u32) -> Member {
    let known = candidate(number);
    Member {
        membership: Membership::of(&programme(), known.person),
        name: known.name,
        nik: known.nik,
        place: known.place,
        occupation: None,
        sector: known.sector,
        birth: known.birth,
    }
}

/// Invented: waits behind the list, with a rank.
fn waits(number: u32, rank: u32) -> Waiting {
    let known = candidate(number);
    Waiting {
        proposal: id(77),
        line: ListLine {
            rank,
            person: known.person,
            name: known.name,
            nik: known.nik,
            place: known.place,
            occupation: None,
            sector: known.sector,
            monthly: Rupiah(16_800),
            committed: Rupiah(50_400),
        },
        birth: known.birth,
        hindrance: None,
    }
}

struct Case {
    programme: Programme,
    from: &'static str,
    reason: LeaveReason,
    leaving: Vec<Member>,
    billed_until: Option<Month>,
    waiting: Vec<Waiting>,
    room: Room,
}

fn case(leaving: u32, waiting: u32) -> Case {
    Case {
        programme: programme(),
        from: "2022-11",
        reason: LeaveReason::AsnAppointed,
        leaving: (0..leaving).map(on_list).collect(),
        billed_until: Some(month("2022-10")),
        waiting: (0..waiting).map(|at| waits(100 + at, 11 + at)).collect(),
        room: Room::default(),
    }
}

impl Case {
    fn moved(&self) -> Result<Movement, MovementRefusal> {
        movement(&MovementInput {
            programme: &self.programme,
            fund: FundKind::ApbdP,
            from: month(self.from),
            reason: self.reason,
            basis: None,
            leaving: &self.leaving,
            billed_until: self.billed_until,
            waiting: &self.waiting,
            room: self.room,
            rulebook: &LAW,
        })
    }

    fn refused(&self, expect: MovementRefusal) {
        let found = self.moved().expect_err("refused");
        assert_eq!((found, found.name()), (expect, expect.name()));
    }
}

#[test]
fn a_place_goes_to_the_first_who_waits_for_the_months_that_are_left() {
    let moved = case(1, 3).moved().expect("a change");
    // November and December: 2 × 16,800 freed and needed.
    assert_eq!((moved.freed, moved.used), (Rupiah(33_600), Rupiah(33_600)));
    assert_eq!(moved.joined.len(), 1);
    let joined = &moved.joined[0];
    assert_eq!((joined.waiting.line.rank, joined.rupiah), (11, Rupiah(33_600)));
    assert_eq!(
        (joined.membership.first, joined.membership.last),
        (month("2022-11"), month("2022-12"))
    );
    assert_eq!(moved.room, Room::default());
    assert!(moved.skipped.is_empty());
}

#[test]
fn whoever_is_passed_over_is_named_with_the_reason() {
    let mut case = case(2, 7);
    for (at, reason) in SkipReason::ALL.into_iter().enumerate().take(4) {
        case.waiting[at].hindrance = Some(reason);
    }
    // 65 on 1 November 2022.
    case.waiting[4].birth = day("1957-11-01");
    let moved = case.moved().expect("a change");
    let skipped: Vec<_> = moved.skipped.iter().map(|(one, why)| (one.line.rank, *why)).collect();
    assert_eq!(
        skipped,
        [
            (11, SkipReason::Member),
            (12, SkipReason::NotAccepted),
            (13, SkipReason::Died),
            (14, SkipReason::PaidElsewhere),
            (15, SkipReason::Age),
        ]
    );
    let joined: Vec<u32> = moved.joined.iter().map(|one| one.waiting.line.rank).collect();
    assert_eq!(joined, [16, 17]);
}

#[test]
fn what_nobody_takes_stays_free_for_a_later_change() {
    let first = case(3, 1).moved().expect("a change");
    assert_eq!(first.room, Room { places: 2, rupiah: Rupiah(67_200) });
    // Nobody leaves now; the two places are filled for December alone.
    let mut later = case(0, 5);
    (later.room, later.from, later.billed_until) = (first.room, "2022-12", Some(month("2022-11")));
    let second = later.moved().expect("a change");
    assert_eq!((second.joined.len(), second.used), (2, Rupiah(33_600)));
    assert_eq!(second.room, Room { places: 0, rupiah: Rupiah(33_600) });
}

#[test]
fn money_that_does_not_reach_closes_the_list() {
    let mut case = case(0, 3);
    case.room = Room { places: 3, rupiah: Rupiah(50_000) };
    let moved = case.moved().expect("a change");
    assert_eq!((moved.joined.len(), moved.room.places), (1, 2));
    assert_eq!(moved.room.rupiah, Rupiah(16_400));
}

#[test]
fn a_change_that_moves_nobody_is_none() {
    let mut hindered = case(0, 2);
    hindered.room = Room { places: 2, rupiah: Rupiah(67_200) };
    for waiting in &mut hindered.waiting {
        waiting.hindrance = Some(SkipReason::Died);
    }
    hindered.refused(MovementRefusal::NothingToMove);
    let mut poor = case(0, 2);
    poor.room = Room { places: 2, rupiah: Rupiah(33_599) };
    poor.refused(MovementRefusal::NothingToMove);
    // Somebody leaves: that alone is a change.
    assert_eq!(case(1, 0).moved().expect("a change").joined.len(), 0);
}

#[test]
fn refusals_come_in_their_order() {
    case(0, 3).refused(MovementRefusal::NothingToMove);
    let with = |change: &dyn Fn(&mut Case), expect: MovementRefusal| {
        let mut case = case(2, 1);
        change(&mut case);
        case.refused(expect);
    };
    with(&|case| case.from = "2023-01", MovementRefusal::MonthOutside);
    let billed = month("2022-11");
    with(&|case| case.billed_until = Some(billed), MovementRefusal::MonthBilled(billed));
    with(&|case| case.leaving[0].membership.programme = id(99), MovementRefusal::NotOfProgramme);
    with(&|case| case.leaving[1] = on_list(0), MovementRefusal::MemberTwice);
    with(&|case| case.leaving[1].membership.last = month("2022-10"), MovementRefusal::AlreadyLeft);
    with(&|case| (case.from, case.billed_until) = ("2022-10", None), MovementRefusal::NeverBegan);
    with(&|case| case.reason = LeaveReason::AgeLimit, MovementRefusal::NotPastLimit);
    with(
        &|case| {
            (case.programme.first, case.programme.last) = (month("2014-10"), month("2014-12"));
            case.leaving.iter_mut().for_each(|one| {
                (one.membership.first, one.membership.last) = (month("2014-10"), month("2014-12"));
            });
            (case.from, case.billed_until) = ("2014-11", None);
        },
        MovementRefusal::RuleMissing(RuleGap::NoRule {
            parameter: "jkk.iuran_bpu",
            month: month("2014-11"),
        }),
    );
    let dear = movement(&MovementInput {
        programme: &programme(),
        fund: FundKind::ApbdP,
        from: month("2022-11"),
        reason: LeaveReason::Resigned,
        basis: None,
        leaving: &[on_list(0), on_list(1)],
        billed_until: None,
        waiting: &[],
        room: Room::default(),
        rulebook: &dear_rulebook(),
    });
    assert_eq!(dear, Err(MovementRefusal::TooMuchMoney));
}

#[test]
fn past_the_limit_is_a_reason_only_for_those_who_are() {
    let mut case = case(1, 0);
    case.reason = LeaveReason::AgeLimit;
    case.leaving[0].birth = day("1957-11-01");
    assert_eq!(case.moved().expect("a change").left.len(), 1);
}

#[test]
fn the_digest_binds_everybody_and_every_amount() {
    let first = case(2, 3).moved().expect("a change").hash;
    assert_eq!(first, case(2, 3).moved().expect("a change").hash);
    let mut other = case(2, 3);
    other.waiting[0].hindrance = Some(SkipReason::Died);
    assert_ne!(first, other.moved().expect("a change").hash);
    let mut other = case(2, 3);
    other.reason = LeaveReason::Resigned;
    assert_ne!(first, other.moved().expect("a change").hash);
    assert_ne!(first, case(1, 3).moved().expect("a change").hash);
}

#[test]
fn names_are_read_back() {
    for reason in LeaveReason::ALL {
        assert_eq!(LeaveReason::from_name(reason.name()), Some(reason));
    }
    for reason in SkipReason::ALL {
        assert_eq!(SkipReason::from_name(reason.name()), Some(reason));
    }
    for state in MovementState::ALL {
        assert_eq!(MovementState::from_name(state.name()), Some(state));
    }
}

proptest! {
    /// Within places and money, in rank order, and nobody disappears: whoever stands before the
    /// last who came either came too or is named with a reason.
    #[test]
    fn places_go_in_rank_order_and_nobody_disappears(
        leaving in 0u32..6,
        hindered in proptest::collection::vec(any::<bool>(), 0..12),
        places in 0u32..4,
        spare in 0i64..100_000,
    ) {
        let mut case = case(leaving, hindered.len() as u32);
        case.room = Room { places, rupiah: Rupiah(spare) };
        for (waiting, hindered) in case.waiting.iter_mut().zip(&hindered) {
            waiting.hindrance = hindered.then_some(SkipReason::NotAccepted);
        }
        let Ok(moved) = case.moved() else {
            // Nobody leaves, and nobody comes: two months at 16,800 are what one who comes needs.
            let comes = places > 0 && spare >= 33_600 && hindered.contains(&false);
            prop_assert!(leaving == 0 && !comes);
            return Ok(());
        };
        prop_assert!(moved.joined.len() as u32 <= leaving + places);
        prop_assert!(moved.used.0 <= moved.freed.0 + spare);
        prop_assert_eq!(moved.room.rupiah.0, moved.freed.0 + spare - moved.used.0);
        prop_assert_eq!(moved.room.places, leaving + places - moved.joined.len() as u32);
        let mut named: Vec<u32> = moved.joined.iter().map(|one| one.waiting.line.rank).collect();
        prop_assert!(named.is_sorted());
        named.extend(moved.skipped.iter().map(|(one, _)| one.line.rank));
        named.sort_unstable();
        let all: Vec<u32> = case.waiting.iter().map(|one| one.line.rank).collect();
        prop_assert_eq!(&named[..], &all[..named.len()]);
    }
}
