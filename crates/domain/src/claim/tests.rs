//! The table, the order of refusals, heirs, clocks and amounts; every amount is worked out by hand.

use std::collections::{BTreeSet, HashSet};

use base::{Day, Id, Month, PersonName, Rupiah};
use proptest::prelude::*;
use rules::{Cover, Heir, JhtReason, JhtTaken, Loss, Scheme, SchoolStart, Segment};

use super::*;
use crate::tests::LAW;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn claim(kind: ClaimKind, event: &str, state: ClaimState) -> Claim {
    let person = Id::from_bytes([1; 16]);
    Claim {
        id: claim_id((person, kind, day(event)), 0),
        person,
        kind,
        event: day(event),
        reported: day(event),
        told: Told::Family,
        occupation: None,
        opened_by: Id::from_bytes([2; 16]),
        opened_at_ms: 0,
        state,
        steps: 0,
        granted: None,
        paid: Rupiah::ZERO,
    }
}

#[test]
fn the_table_is_walked_from_open_to_an_end_and_no_row_is_there_twice() {
    let mut seen: BTreeSet<ClaimState> = BTreeSet::from([ClaimState::Open]);
    loop {
        let next: Vec<ClaimState> =
            TABLE.iter().filter(|row| seen.contains(&row.0)).map(|row| row.2).collect();
        let before = seen.len();
        seen.extend(next);
        if seen.len() == before {
            break;
        }
    }
    assert_eq!(seen.len(), ClaimState::ALL.len(), "every state is reached");
    let rows: HashSet<_> = TABLE.iter().map(|(from, by, _)| (*from, *by)).collect();
    assert_eq!(rows.len(), TABLE.len());
    for state in ClaimState::ALL {
        let leaves = TABLE.iter().any(|row| row.0 == *state);
        assert_eq!(leaves, !state.is_final(), "{state:?}");
        assert_eq!(ClaimState::from_name(state.name()), Some(*state));
    }
    for step in ClaimStep::ALL {
        assert!(TABLE.iter().any(|row| row.1 == *step), "{step:?}");
        assert_eq!(ClaimStep::from_name(step.name()), Some(*step));
    }
    for kind in ClaimKind::ALL {
        assert_eq!(ClaimKind::from_name(kind.name()), Some(kind));
    }
    for told in Told::ALL {
        assert_eq!(Told::from_name(told.name()), Some(told));
    }
}

#[test]
fn nothing_is_paid_that_was_not_approved_sent_and_granted() {
    // Whoever takes the three states out of the table cannot reach a payment any more.
    for gate in [ClaimState::Approved, ClaimState::Sent, ClaimState::Granted] {
        let mut seen = BTreeSet::from([ClaimState::Open]);
        for _ in 0..TABLE.len() {
            let rows = TABLE.iter().filter(|row| row.0 != gate && seen.contains(&row.0));
            let next: Vec<ClaimState> = rows.map(|row| row.2).collect();
            seen.extend(next);
        }
        assert!(!seen.contains(&ClaimState::Paid), "{gate:?}");
    }
}

proptest! {
    #[test]
    fn a_claim_goes_where_the_table_says_and_nowhere_else(
        choices in proptest::collection::vec(0usize..14, 0..40),
    ) {
        let mut claim = claim(ClaimKind::Jkm, "2022-11-05", ClaimState::Open);
        for choice in choices {
            let by = ClaimStep::ALL[choice];
            let asked = StepAsked {
                step: by,
                day: day("2022-11-20"),
                today: day("2022-12-01"),
                rupiah: Some(Rupiah(42_000_000)),
                reason: "surat menyusul",
                papers_missing: false,
                people: None,
            };
            let row = TABLE.iter().find(|row| row.0 == claim.state && row.1 == by);
            match step(&claim, &asked) {
                Ok(next) => {
                    prop_assert_eq!(Some(next), row.map(|row| row.2));
                    claim.state = next;
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, ClaimRefusal::NotNow);
                    prop_assert!(row.is_none());
                }
            }
            prop_assert!(!claim.state.is_final() || after(claim.state, by).is_none());
        }
    }
}

#[test]
fn refusals_come_in_their_order() {
    let asked = StepAsked {
        step: ClaimStep::Propose,
        day: day("2022-11-10"),
        today: day("2022-11-10"),
        rupiah: None,
        reason: "",
        papers_missing: true,
        people: Some(ClaimRefusal::NobodyToPay),
    };
    let check = |state, change: &dyn Fn(&mut StepAsked<'_>), expect| {
        let mut asked = asked;
        change(&mut asked);
        assert_eq!(step(&claim(ClaimKind::Jkm, "2022-11-05", state), &asked), expect);
    };
    let complete = ClaimState::Complete;
    check(ClaimState::Open, &|_| {}, Err(ClaimRefusal::NotNow));
    check(complete, &|one| one.day = day("2022-11-11"), Err(ClaimRefusal::DayUnfit));
    check(complete, &|one| one.day = day("2022-11-04"), Err(ClaimRefusal::DayUnfit));
    check(complete, &|one| one.step = ClaimStep::Return, Err(ClaimRefusal::ReasonMissing));
    check(ClaimState::Sent, &|one| one.step = ClaimStep::Grant, Err(ClaimRefusal::AmountMissing));
    check(complete, &|_| {}, Err(ClaimRefusal::PapersMissing));
    check(complete, &|one| one.papers_missing = false, Err(ClaimRefusal::NobodyToPay));
    let free = |one: &mut StepAsked<'_>| (one.papers_missing, one.people) = (false, None);
    check(complete, &free, Ok(ClaimState::Proposed));
    // Closed with less paid than granted, only with a reason.
    let paid = Claim {
        granted: Some(Rupiah(42_000_000)),
        paid: Rupiah(32_000_000),
        ..claim(ClaimKind::Jkm, "2022-11-05", ClaimState::Paid)
    };
    let close = StepAsked { step: ClaimStep::Close, ..asked };
    assert_eq!(step(&paid, &close), Err(ClaimRefusal::ReasonMissing));
    let close = StepAsked { reason: "sisa dibayar tahun depan", ..close };
    assert_eq!(step(&paid, &close), Ok(ClaimState::Closed));
    assert_eq!(ClaimRefusal::HeirsDisagree.name(), "CLAIM_HEIRS_DISAGREE");
    assert_eq!(ClaimRefusal::GuardianMissing.name(), "CLAIM_GUARDIAN_MISSING");
}

fn heir(no: u16, relation: Heir, birth: Option<&str>) -> ClaimPerson {
    ClaimPerson {
        no,
        relation,
        name: PersonName::parse("Rekaan Waris").expect("a name"),
        nik: None,
        birth: birth.map(day),
        phone: "".into(),
        account: "".into(),
        guardian: "".into(),
        school: None,
        paid_burial: false,
        disagrees: false,
    }
}

#[test]
fn heirs_receive_by_order_and_the_burial_goes_to_whoever_paid_it() {
    let death = day("2022-11-05");
    let parts = |people: &[ClaimPerson]| -> Vec<(u16, ReceiverPart, bool)> {
        let found = receivers(people, death, &LAW).expect("a rule");
        found.iter().map(|one| (one.no, one.part, one.under_age)).collect()
    };
    let widow = heir(1, Heir::Spouse, Some("1980-01-01"));
    // 16 years old on the day.
    let child = heir(2, Heir::Child, Some("2006-06-01"));
    let brother = heir(3, Heir::Sibling, None);
    let neighbour = heir(4, Heir::FuneralOrganiser, None);
    assert_eq!(parts(&[]), []);
    assert_eq!(parts(std::slice::from_ref(&neighbour)), [(4, ReceiverPart::Burial, false)]);
    assert_eq!(
        parts(&[widow.clone(), child.clone(), brother.clone()]),
        [(1, ReceiverPart::Both, false), (2, ReceiverPart::Both, true)]
    );
    let paid = ClaimPerson { paid_burial: true, ..neighbour };
    assert_eq!(
        parts(&[widow.clone(), paid]),
        [(1, ReceiverPart::Benefit, false), (4, ReceiverPart::Burial, false)]
    );
    // The day of the eighteenth birthday needs no guardian any more.
    assert!(!parts(&[heir(2, Heir::Child, Some("2004-11-05"))])[0].2);
    assert!(parts(&[heir(2, Heir::Child, Some("2004-11-06"))])[0].2);

    let waits = |people: &[ClaimPerson]| {
        awaits(true, people, &receivers(people, death, &LAW).expect("a rule"))
    };
    assert_eq!(waits(&[]), Some(ClaimRefusal::NobodyToPay));
    assert_eq!(waits(&[widow.clone(), child.clone()]), Some(ClaimRefusal::GuardianMissing));
    let kept = ClaimPerson { guardian: "Rekaan Wali".into(), ..child };
    assert_eq!(waits(&[widow.clone(), kept]), None);
    let angry = ClaimPerson { disagrees: true, ..widow };
    assert_eq!(waits(&[angry]), Some(ClaimRefusal::HeirsDisagree));
    let facts = |why| ClaimFacts { why, ..ClaimFacts::default() };
    for (kind, why, expect) in [
        (ClaimKind::Jkm, None, Some(ClaimRefusal::NobodyToPay)),
        (ClaimKind::JkkPartial, None, None),
        (ClaimKind::Jht, Some(JhtReason::PensionAge), None),
        (ClaimKind::Jht, Some(JhtReason::Death), Some(ClaimRefusal::NobodyToPay)),
    ] {
        assert_eq!(awaits(pays_heirs(kind, &facts(why)), &[], &[]), expect, "{kind:?}");
    }
}

/// Months from the first on, each paid on the first day of it.
fn paid(scheme: Scheme, first: &str, count: i32) -> Vec<PaidMonth> {
    let months = (0..count).map(|at| month(first).plus(at));
    months
        .map(|month| PaidMonth {
            month,
            scheme,
            programme: Id::from_bytes([5; 16]),
            bill: None,
            transfer: Id::from_bytes([6; 16]),
            paid_on: month.first_day(),
            rupiah: Rupiah(20_000),
        })
        .collect()
}

fn asked<'a>(
    kind: ClaimKind,
    event: &str,
    registered: &str,
    months: &'a [PaidMonth],
    facts: &'a ClaimFacts,
) -> AssessInput<'a> {
    AssessInput {
        kind,
        event: day(event),
        segment: Segment::Bpu,
        wage: Rupiah(1_000_000),
        registered: day(registered),
        months,
        taken: &[],
        facts,
        children: &[],
    }
}

#[test]
fn the_benefit_follows_the_day_of_the_event() {
    let facts = ClaimFacts::default();
    let total = |kind, event, months: &[PaidMonth]| {
        let input = asked(kind, event, "2025-05-01", months, &facts);
        assess(&LAW, &input).expect("a rule").answer.total
    };
    let months = paid(Scheme::Jkm, "2025-05", 4);
    // Two months are over on 10 July: burial only. Three on 10 August: 20 + 24 × 0.5 + 10 million.
    assert_eq!(total(ClaimKind::Jkm, "2025-06-20", &months[..2]), Rupiah(10_000_000));
    assert_eq!(total(ClaimKind::Jkm, "2025-08-10", &months), Rupiah(42_000_000));
    // 48 × 1,000,000 + 24 × 500,000 + 10,000,000.
    let jkk = paid(Scheme::Jkk, "2025-05", 2);
    assert_eq!(total(ClaimKind::JkkDeath, "2025-06-20", &jkk), Rupiah(70_000_000));
    // 56 × 1,000,000 + 12,000,000.
    assert_eq!(total(ClaimKind::JkkTotal, "2025-06-20", &jkk), Rupiah(68_000_000));
    assert_eq!(total(ClaimKind::JkkDeath, "2025-06-20", &[]), Rupiah::ZERO);
    assert_eq!(total(ClaimKind::JkkCare, "2025-06-20", &jkk), Rupiah::ZERO);
}

#[test]
fn losses_and_costs_are_what_is_told() {
    let months = paid(Scheme::Jkk, "2022-10", 2);
    let of = |kind, facts: &ClaimFacts| {
        let input = asked(kind, "2022-11-12", "2022-10-01", &months, facts);
        assess(&LAW, &input).expect("a rule").answer.total
    };
    let hand = LAW.claim_papers(Scheme::Jkk, day("2022-11-12")).expect("papers");
    assert_eq!(hand.rows().len(), 15);
    let asked_for = |dead| hand.rows().iter().filter(|row| is_always_asked(row, dead)).count();
    // Forms 3, 3a, 3b, card, identity card, witness, account; after a death two papers more.
    assert_eq!((asked_for(false), asked_for(true)), (7, 9));
    let losses = vec![Loss::parse("D05").expect("a loss")];
    let facts = ClaimFacts { losses, ..ClaimFacts::default() };
    // The right hand from the wrist: 32 % × 80 × 1,000,000.
    assert_eq!(of(ClaimKind::JkkPartial, &facts), Rupiah(25_600_000));
    let facts = ClaimFacts {
        unfit: (2, 0),
        transport: [Rupiah(6_200_000), Rupiah::ZERO, Rupiah::ZERO],
        aids: [Rupiah::ZERO, Rupiah::ZERO, Rupiah::ZERO, Rupiah(3_000_000)],
        ..ClaimFacts::default()
    };
    // Two months at 1,000,000; land at most 5,000,000; care at home as it cost.
    assert_eq!(of(ClaimKind::JkkCare, &facts), Rupiah(10_000_000));
}

#[test]
fn what_is_paid_late_is_said_and_does_not_count_by_itself() {
    let facts = ClaimFacts::default();
    let mut months = paid(Scheme::Jkm, "2025-05", 3);
    months[2].paid_on = day("2025-08-12");
    let input = asked(ClaimKind::Jkm, "2025-08-10", "2025-05-01", &months, &facts);
    let found = assess(&LAW, &input).expect("a rule");
    assert_eq!(found.answer.total, Rupiah(10_000_000));
    assert_eq!((found.paid_later, found.if_later), (1, Some(Rupiah(42_000_000))));
    assert_eq!(found.first_paid, Some(day("2025-05-01")));
    assert_eq!(found.cover.name(), "active");
    let before = asked(ClaimKind::Jkm, "2025-04-20", "2025-05-01", &months, &facts);
    assert_eq!(assess(&LAW, &before).expect("a rule").cover, Cover::NotStarted);
}

#[test]
fn children_get_their_scholarships_besides() {
    let facts = ClaimFacts::default();
    let months = paid(Scheme::Jkk, "2022-10", 2);
    let children = [SchoolStart::parse("sd1").expect("a year")];
    let input = AssessInput {
        children: &children,
        ..asked(ClaimKind::JkkDeath, "2022-11-12", "2022-10-01", &months, &facts)
    };
    let found = assess(&LAW, &input).expect("a rule");
    // 6 × 1.5 + 3 × 2 + 3 × 3 + 5 × 12 million.
    assert_eq!(found.scholarship.expect("one").total, Rupiah(84_000_000));
    assert_eq!(found.answer.total, Rupiah(70_000_000));
    let input = AssessInput { kind: ClaimKind::Jkm, ..input };
    // Two months of contributions are less than three years.
    assert_eq!(assess(&LAW, &input).expect("a rule").scholarship.expect("asked").total, Rupiah(0));
}

#[test]
fn savings_are_the_balance_told_or_counted() {
    let facts = ClaimFacts { balance: Rupiah(80_000_000), ..ClaimFacts::default() };
    let months = paid(Scheme::Jht, "2025-01", 12);
    let input = asked(ClaimKind::Jht, "2026-03-01", "2025-01-01", &months, &facts);
    // 5 % of what is above 50,000,000: 1,500,000.
    assert_eq!(assess(&LAW, &input).expect("a rule").answer.total, Rupiah(78_500_000));
    let none = ClaimFacts::default();
    let input = AssessInput { facts: &none, ..input };
    let counted = assess(&LAW, &input).expect("a rule").answer.total;
    // 12 × 20,000 and 66 × 20,000 × 5 % ÷ 12 = 5,500; then 3 × 245,500 × 5 % ÷ 12 = 3,068.75.
    assert_eq!(counted, Rupiah(248_569));
    // A house: 30 % of it, half a rupiah up. Another claim took 100,000 in March: 148,569 are left.
    let house = ClaimFacts { why: Some(JhtReason::Housing), ..none.clone() };
    let input = AssessInput { facts: &house, ..input };
    assert_eq!(assess(&LAW, &input).expect("a rule").answer.total, Rupiah(74_571));
    let taken = [JhtTaken { month: month("2026-03"), rupiah: Rupiah(100_000), whole: false }];
    let input = AssessInput { facts: &none, taken: &taken, ..input };
    assert_eq!(assess(&LAW, &input).expect("a rule").answer.total, Rupiah(148_569));
}

#[test]
fn flags_ask_in_their_order() {
    let facts = ClaimFacts::default();
    let mut months = paid(Scheme::Jkk, "2022-10", 2);
    months[0].paid_on = day("2022-11-14");
    months[1].paid_on = day("2022-11-14");
    let input = asked(ClaimKind::JkkDeath, "2022-11-12", "2022-10-01", &months, &facts);
    let assessment = assess(&LAW, &input).expect("a rule");
    let claim = Claim {
        reported: day("2022-11-20"),
        occupation: Some("petani".into()),
        granted: Some(Rupiah(60_000_000)),
        paid: Rupiah(50_000_000),
        state: ClaimState::Paid,
        ..claim(ClaimKind::JkkDeath, "2022-11-12", ClaimState::Open)
    };
    let people = [heir(1, Heir::Spouse, None), heir(2, Heir::Sibling, None)];
    let found = receivers(&people, claim.event, &LAW).expect("a rule");
    let asked = FlagInput {
        claim: &claim,
        assessment: &assessment,
        people: &people,
        receivers: &found,
        known_since: Some(day("2022-11-02")),
        occupation: Some("nelayan"),
        same_address: 2,
        other_claims: 1,
        elsewhere: true,
        today: day("2022-12-01"),
    };
    assert_eq!(
        flags(&LAW, &asked).expect("a rule"),
        [
            Flag::BeforeFirstPayment,
            Flag::MonthsPaidLater { months: 2, rupiah: Some(Rupiah(70_000_000)) },
            Flag::RegisteredShortly { days: 10 },
            Flag::SameAddress { claims: 2 },
            Flag::OtherOccupation,
            Flag::OtherSegment,
            Flag::OtherClaim,
            // Twice 24 hours after 12 November.
            Flag::ReportedLate { until: day("2022-11-14") },
            Flag::GrantDiffers { rupiah: Rupiah(60_000_000) },
            Flag::PaymentDiffers { rupiah: Rupiah(-10_000_000) },
            Flag::HeirsOfLaterOrder,
        ]
    );
    // Five years after 12 November 2022 the right is gone; nothing concluded it before.
    let open = Claim { state: ClaimState::Open, granted: None, ..claim.clone() };
    let late = FlagInput { claim: &open, today: day("2027-11-13"), ..asked };
    let late = flags(&LAW, &late).expect("a rule");
    assert!(late.contains(&Flag::RightLapsed { until: day("2027-11-12") }), "{late:?}");
    let mut names: Vec<&str> = Flag::NAMES.to_vec();
    names.dedup();
    assert_eq!(names.len(), 13);
    assert_eq!(Flag::ConcludedLate { until: claim.event }.name(), "CONCLUDED_LATE");
}

#[test]
fn one_of_so_many_is_looked_at_again() {
    let ids = (0..10_000u32).map(|number| {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        Id::from_bytes(bytes)
    });
    let sampled = ids.filter(|id| is_sampled(*id, 10)).count();
    assert!((800..1_200).contains(&sampled), "{sampled}");
    assert!(!is_sampled(Id::from_bytes([1; 16]), 0));
}

#[test]
fn the_guide_has_the_table_of_steps() {
    let guide = include_str!("../../../../docs/guide/klaim.md");
    let mut written: Vec<String> = Vec::new();
    for line in guide.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        for from in cells[2].split(", ") {
            written.push(format!("{from} {} {}", cells[1].trim_matches('`'), cells[3]));
        }
    }
    let row = |(from, step, to): &(ClaimState, ClaimStep, ClaimState)| {
        format!("{} {} {}", from.name(), step.name(), to.name())
    };
    let mut known: Vec<String> = TABLE.iter().map(row).collect();
    written.sort();
    known.sort();
    assert_eq!(written, known);
}
