//! Bills by hand: who is billed, who is left out and why, and what the ledger is asked to do.

use proptest::prelude::*;
use rules::Schemes;

use super::*;
use crate::ledger::TransferStatus;
use crate::ledger::chart::{appropriate, commit};
use crate::tests::{
    LAW, MemoryLedger, candidate, day, dear_rulebook, fund, id, member, month, programme,
};

struct Case<'a> {
    programme: Programme,
    fund: FundKind,
    month: Month,
    members: Vec<BillMember>,
    standing: Vec<CoveredMonth>,
    rulebook: &'a Rulebook,
}

fn case(people: u32) -> Case<'static> {
    Case {
        programme: programme(),
        fund: FundKind::ApbdP,
        month: month("2022-11"),
        members: (0..people).map(member).collect(),
        standing: Vec::new(),
        rulebook: &LAW,
    }
}

impl Case<'_> {
    fn draft(&self) -> Result<Bill, BillRefusal> {
        draft_bill(&BillInput {
            programme: &self.programme,
            fund: self.fund,
            month: self.month,
            revision: 0,
            members: &self.members,
            standing: &self.standing,
            rulebook: self.rulebook,
        })
    }

    fn bill(&self) -> Bill {
        self.draft().expect("a bill")
    }
}

fn elsewhere(number: u32, scheme: Scheme, text: &str, programme: u128) -> CoveredMonth {
    CoveredMonth {
        person: candidate(number).person,
        scheme,
        month: month(text),
        programme: id(programme),
        transfer: id(500),
    }
}

#[test]
fn a_bill_is_people_times_rates_with_the_article_on_every_line() {
    let bill = case(7).bill();
    // 7 × (10,000 + 6,800).
    assert_eq!((bill.people, bill.total, bill.lines.len()), (7, Rupiah(117_600), 14));
    assert_eq!((bill.state, bill.revision), (BillState::Draft, 0));
    assert_eq!(bill.rulebook.len(), 64);
    let amounts: Vec<(Scheme, i64)> =
        bill.lines[..2].iter().map(|line| (line.scheme, line.rupiah.0)).collect();
    assert_eq!(amounts, [(Scheme::Jkk, 10_000), (Scheme::Jkm, 6_800)]);
    assert_eq!(bill.lines[1].rule.as_ref(), "jkm.iuran_bpu@2015-07-01");
    assert!(bill.lines.iter().all(|line| line.article.contains("PP 44/2015")));
    assert_eq!(bill.id, bill_id(programme().id, month("2022-11")));
    assert_ne!(bill.id, bill_id(programme().id, month("2022-12")));
}

#[test]
fn a_relief_names_itself_on_the_line() {
    // A driver in January 2026: half for a company's money, nothing off for the regency's.
    let mut case = case(1);
    case.programme.first = month("2026-01");
    case.programme.last = month("2026-01");
    case.month = month("2026-01");
    case.members[0].membership = Membership::of(&case.programme, candidate(0).person);
    case.members[0].sector = WorkSector::Transport;
    for (fund, total) in [(FundKind::Csr, 8_400), (FundKind::Apbd, 16_800)] {
        case.fund = fund;
        let bill = case.bill();
        assert_eq!(bill.total, Rupiah(total));
        let relief = bill.lines[0].relief.as_deref().expect("a relief was in force");
        assert!(relief.starts_with("relief.pp_50_2025_transportasi@"), "{relief}");
    }
}

#[test]
fn those_left_out_are_named_with_the_first_reason_that_holds() {
    use ExclusionReason as R;
    let mut case = case(8);
    // Died in the month itself: the last month to be paid.
    case.members[1].died = Some(day("2022-11-01"));
    // Died on the last day of the month before.
    case.members[2].died = Some(day("2022-10-31"));
    // Joins later, and is dead besides.
    case.members[3].membership.first = month("2022-12");
    case.members[3].died = Some(day("2020-01-01"));
    case.members[4].membership.last = month("2022-10");
    case.standing = vec![
        // Both schemes paid by another programme.
        elsewhere(5, Scheme::Jkk, "2022-11", 3),
        elsewhere(5, Scheme::Jkm, "2022-11", 3),
        // One scheme only.
        elsewhere(6, Scheme::Jkm, "2022-11", 3),
        // Another month, and our own earlier payment: no reason at all.
        elsewhere(7, Scheme::Jkk, "2022-10", 3),
        elsewhere(7, Scheme::Jkk, "2022-11", 2),
    ];
    let bill = case.bill();
    let paid_elsewhere = |scheme| R::PaidElsewhere { scheme, programme: id(3), transfer: id(500) };
    let expect = [
        (2, R::Died { month: month("2022-10") }),
        (3, R::NotInMonths),
        (4, R::NotInMonths),
        (5, paid_elsewhere(Scheme::Jkk)),
        (5, paid_elsewhere(Scheme::Jkm)),
        (6, paid_elsewhere(Scheme::Jkm)),
    ];
    let found: Vec<_> = bill.excluded.iter().map(|left| (left.person, left.reason)).collect();
    let expect = expect.map(|(number, reason)| (candidate(number).person, reason));
    assert_eq!(found, expect);
    // Numbers 0, 1 and 7 in full, 6 for work accident: 3 × 16,800 + 10,000.
    assert_eq!((bill.people, bill.total), (4, Rupiah(60_400)));
}

#[test]
fn the_age_on_the_first_day_of_the_membership_decides() {
    let mut case = case(5);
    // The membership begins on 1 October 2022, and a member who turns 65 later stays one.
    for (member, birth) in case.members.iter_mut().zip([
        "1957-10-01",
        "1957-10-02",
        "2007-10-01",
        "2007-10-02",
        "1950-01-01",
    ]) {
        member.birth = day(birth);
    }
    case.members[4].died = Some(day("2022-10-05"));
    let bill = case.bill();
    let found: Vec<_> = bill.excluded.iter().map(|left| (left.person, left.reason)).collect();
    let expect = [
        (0, ExclusionReason::MayNotRegister(AgeVerdict::OverLimit { limit: 65 })),
        (3, ExclusionReason::MayNotRegister(AgeVerdict::UnderMinimum { min: 15 })),
        (4, ExclusionReason::Died { month: month("2022-10") }),
    ];
    assert_eq!(found, expect.map(|(number, reason)| (candidate(number).person, reason)));
    assert_eq!((bill.people, bill.total), (2, Rupiah(33_600)));
}

#[test]
fn a_programme_without_schemes_owes_nothing() {
    let mut case = case(1);
    case.programme.schemes = Schemes::EMPTY;
    let bill = case.bill();
    assert_eq!(bill.excluded[0].reason, ExclusionReason::NothingDue);
    let refused = finalise(&bill, &case.programme, day("2022-11-01"));
    assert_eq!(refused.map(|_| ()), Err(BillRefusal::NothingDue));
    assert_eq!(ExclusionReason::NothingDue.name(), "NOTHING_DUE");
}

#[test]
fn drafts_are_refused_in_order() {
    let check = |edit: fn(&mut Case<'_>), expect: BillRefusal| {
        let mut case = case(3);
        edit(&mut case);
        assert_eq!(case.draft().map(|_| ()), Err(expect.clone()), "{}", expect.name());
    };
    let other = member(2).membership.id;
    check(
        |case| {
            case.month = month("2023-01");
            case.members[2].membership.programme = id(3);
        },
        BillRefusal::MonthOutside,
    );
    check(
        |case| {
            case.members[2].membership.programme = id(3);
            case.members[1] = case.members[2];
            case.members[1].membership.programme = id(2);
        },
        BillRefusal::OtherProgramme(other),
    );
    check(
        |case| {
            case.members[2] = case.members[0];
            case.programme.income = Rupiah(-1);
        },
        BillRefusal::PersonTwice(candidate(0).person),
    );
    check(
        |case| case.programme.income = Rupiah(-1),
        BillRefusal::RuleMissing(RuleGap::IncomeNegative),
    );
    let (dear, case) = (dear_rulebook(), case(3));
    let case = Case { rulebook: &dear, ..case };
    assert_eq!(case.draft().map(|_| ()), Err(BillRefusal::TooMuchMoney));
}

#[test]
fn a_final_bill_promises_one_transfer_per_membership_and_scheme() {
    let case = case(3);
    let draft = case.bill();
    let issued = finalise(&draft, &case.programme, day("2022-11-01")).expect("final");
    assert_eq!(issued.bill.state, BillState::Final);
    let amounts: Vec<i64> = issued.transfers.iter().map(|t| t.amount.0).collect();
    // Three people: JKK 10,000 and JKM 6,800 each, 50,400 together.
    assert_eq!(amounts, [50_400, 10_000, 6_800, 10_000, 6_800, 10_000, 6_800]);
    assert!(issued.transfers.iter().all(|t| t.kind == TransferKind::Pending));
    assert!(issued.transfers.iter().all(|t| t.month == Some(month("2022-11"))));
    let id = |scheme| contribution_id(member(0).membership.id, scheme, month("2022-11"), 0);
    assert_eq!(issued.transfers[1].id, id(Scheme::Jkk));
    assert_eq!(issued.transfers[2].id, id(Scheme::Jkm));
    assert_eq!(issued.transfers[1].document, Document::Membership(member(0).membership.id));
    let promised = issued.bill.promised();
    assert_eq!((promised.len(), promised[0].transfer), (6, id(Scheme::Jkk)));

    let again = finalise(&issued.bill, &case.programme, day("2022-11-01"));
    assert_eq!(again.map(|_| ()), Err(BillRefusal::NotDraft));
    let early = reopen(&draft, &case.programme, day("2022-11-01"));
    assert_eq!(early.map(|_| ()), Err(BillRefusal::NotFinal));
}

/// 16,800 for each of three people in one transfer, as older programs promised; paid, opened again
/// and paid once more, then by scheme.
#[test]
fn a_bill_of_an_older_program_is_paid_and_undone_by_the_promises_it_made() {
    let case = case(3);
    let mut ledger = MemoryLedger::open(&fund(50_400), &case.programme);
    let commitment = commit(&case.programme, id(7), Rupiah(50_400), day("2022-09-28"));
    let budget = [appropriate(&fund(50_400), day("2022-09-01")), commitment];
    assert_eq!(ledger.post_all(&budget), Ok(()));
    let before = Bill { state: BillState::Final, promises: Promises::PerMembership, ..case.bill() };
    let pending = pending_transfers(&before, &case.programme, day("2022-11-01"));
    let amounts: Vec<i64> = pending.iter().map(|t| t.amount.0).collect();
    assert_eq!(amounts, [50_400, 16_800, 16_800, 16_800]);
    let id = contribution_id_before(member(0).membership.id, month("2022-11"), 0);
    assert_eq!(pending[1].id, id);
    assert_eq!(ledger.post_all(&pending), Ok(()));
    let line = crate::tests::line("2022-11-14", 50_400, crate::payment::Direction::Out, "");
    let paid = crate::payment::settle(&before, &case.programme, &line).expect("is paid");
    assert_eq!(ledger.post_all(&paid.transfers), Ok(()));
    let of_first = paid.covered.iter().filter(|cover| cover.transfer == Transfer::kept_id(id));
    assert_eq!(of_first.count(), 2, "JKK and JKM by one transfer");
    let payment = paid.transfers.last().expect("the money");
    let undone =
        crate::payment::unsettle(&paid.bill, &case.programme, &[*payment], day("2022-11-20"))
            .expect("undone");
    assert_eq!(ledger.post_all(&undone.transfers), Ok(()));
    assert_eq!((undone.bill.revision, undone.bill.promises), (1, Promises::PerScheme));
    let again = crate::tests::line("2022-11-21", 50_400, crate::payment::Direction::Out, "2");
    let paid = crate::payment::settle(&undone.bill, &case.programme, &again).expect("is paid");
    assert_eq!(ledger.post_all(&paid.transfers), Ok(()));
    ledger.check();
    let books = Books::of(&case.programme);
    assert_eq!(ledger.balance(books.expense).net_debit(), Rupiah(50_400));
}

#[test]
fn the_ledger_refuses_a_bill_above_the_list_and_takes_a_reopened_one() {
    let case = case(3);
    let mut ledger = MemoryLedger::open(&fund(50_400), &case.programme);
    let commitment = commit(&case.programme, id(7), Rupiah(50_400), day("2022-09-28"));
    let budget = [appropriate(&fund(50_400), day("2022-09-01")), commitment];
    assert_eq!(ledger.post_all(&budget), Ok(()));

    // A fourth person stands on no approved list: 67,200 against 50,400.
    let mut larger = self::case(4);
    larger.month = month("2022-10");
    let over = finalise(&larger.bill(), &case.programme, day("2022-10-01")).expect("final");
    let refused = ledger.post_all(&over.transfers).expect_err("above the list");
    assert_eq!(refused[0], TransferStatus::WouldExceedCredits);

    let issued = finalise(&case.bill(), &case.programme, day("2022-11-01")).expect("final");
    assert_eq!(ledger.post_all(&issued.transfers), Ok(()));
    assert_eq!(ledger.post_all(&issued.transfers), Ok(()), "a repeat changes nothing");
    let reopened = reopen(&issued.bill, &case.programme, day("2022-11-03")).expect("reopened");
    assert_eq!(ledger.post_all(&reopened.transfers), Ok(()));
    assert_eq!((reopened.bill.state, reopened.bill.revision), (BillState::Draft, 1));
    let second = finalise(&reopened.bill, &case.programme, day("2022-11-04")).expect("final");
    assert_eq!(ledger.post_all(&second.transfers), Ok(()));
    let twice = ledger.post_all(&issued.transfers);
    assert_eq!(twice, Ok(()), "the first promises exist, voided");
    ledger.check();
    let books = Books::of(&case.programme);
    assert_eq!(ledger.balance(books.expense).debits_pending, Rupiah(50_400));
}

proptest! {
    #[test]
    fn every_membership_is_billed_or_left_out_with_a_reason(
        people in prop::collection::vec(
            (0i32..5, 0i32..4, prop::option::of(0i32..150), 0u8..8), 0..40,
        ),
        month in 0i32..3,
    ) {
        let mut case = case(people.len() as u32);
        case.programme.schemes = Schemes::JKK_JKM_JHT;
        case.month = programme().first.plus(month);
        for (member, (first, length, died, taken)) in case.members.iter_mut().zip(&people) {
            member.membership.first = programme().first.plus(*first - 2);
            member.membership.last = member.membership.first.plus(*length);
            member.died = died.map(|days| day("2022-08-01").plus_days(days));
            for scheme in Schemes::from_bits(*taken).expect("three bits").iter() {
                let cover = elsewhere(0, scheme, "2022-10", 3);
                let person = member.membership.person;
                case.standing.push(CoveredMonth { person, month: case.month, ..cover });
            }
        }
        let bill = case.bill();
        prop_assert_eq!(Rupiah::sum(bill.lines.iter().map(|line| line.rupiah)), Ok(bill.total));
        let billed: HashSet<_> = bill.lines.iter().map(|line| (line.person, line.scheme)).collect();
        prop_assert_eq!(billed.len(), bill.lines.len(), "one line per person and scheme");
        let taken: HashSet<_> =
            case.standing.iter().map(|cover| (cover.person, cover.scheme)).collect();
        prop_assert!(billed.is_disjoint(&taken), "invariant 2");
        for member in &case.members {
            let person = member.membership.person;
            let lines = bill.lines.iter().filter(|line| line.person == person).count();
            let reasons = bill.excluded.iter().filter(|left| left.person == person).count();
            let dead = member.died.is_some_and(|died| died.month_of() < case.month);
            let due = member.membership.holds(case.month) && !dead;
            prop_assert_eq!(due, lines + reasons == 3 || lines == 3, "invariant 3");
            prop_assert!(due || (lines, reasons) == (0, 1));
        }
        if let Ok(step) = finalise(&bill, &case.programme, day("2022-11-01")) {
            let (whole, parts) = step.transfers.split_first().expect("a realisation");
            prop_assert_eq!(Rupiah::sum(parts.iter().map(|t| t.amount)), Ok(whole.amount));
            prop_assert_eq!(parts.len(), bill.lines.len());
        }
    }
}
