//! Statement lines find their bill, or a reason; settled bills cover exactly what they billed.

use std::collections::{HashMap, HashSet};

use base::Rupiah;
use proptest::prelude::*;
use rules::{FundKind, Scheme};

use super::part::{About, check_part, part_id};
use super::settling::{payment_ids, waiting, waiting_id};
use super::*;
use crate::billing::{
    Bill, BillInput, BillState, bill_id, draft_bill, finalise, pending_transfers,
};
use crate::ledger::TransferKind;
use crate::ledger::TransferStatus;
use crate::ledger::chart::Books;
use crate::ledger::chart::{appropriate, commit};
use crate::tests::{LAW, MemoryLedger, day, fund, id, line, member, month, programme};

fn bill(number: u128, total: i64) -> OpenBill {
    let references = vec![format!("TAGIHAN-{number:04}").into(), format!("8888{number:04}").into()];
    OpenBill::new(id(number), references, Rupiah(total))
}

fn out(amount: i64, text: &str) -> StatementLine {
    line("2022-10-14", amount, Direction::Out, text)
}

fn check(
    lines: &[StatementLine],
    bills: &[OpenBill],
    expect: &[Result<(u128, MatchedBy), BreakReason>],
) {
    let matching = match_lines(lines, bills);
    let found: Vec<_> = lines
        .iter()
        .map(|line| {
            let matched = matching.matches.iter().find(|matched| matched.line == line.id);
            let broken = matching.breaks.iter().find(|broken| broken.line == line.id);
            match (matched, broken) {
                (Some(matched), None) => Ok((matched.bill, matched.by)),
                (None, Some(broken)) => Err(broken.reason.clone()),
                _ => panic!("each line has exactly one answer"),
            }
        })
        .collect();
    let expect: Vec<_> =
        expect.iter().map(|answer| answer.clone().map(|(number, by)| (id(number), by))).collect();
    assert_eq!(found, expect);
}

#[test]
fn lines_are_matched_by_reference_then_by_a_lone_amount() {
    use MatchedBy::{AmountOnly, ReferenceAndAmount};
    let bills = [bill(1, 1_000), bill(2, 2_000), bill(3, 3_000)];
    check(
        &[
            out(3_000, "TRF KE BPJS KETENAGAKERJAAN"),
            out(2_000, "trf/tagihan 0002/oktober"),
            out(1_000, "VA 88880001"),
        ],
        &bills,
        &[Ok((3, AmountOnly)), Ok((2, ReferenceAndAmount)), Ok((1, ReferenceAndAmount))],
    );
    // An exact line later in the statement goes before a guess earlier in it.
    check(
        &[out(1_000, "tanpa keterangan"), out(1_000, "TAGIHAN-0001")],
        &[bill(1, 1_000)],
        &[Err(BreakReason::NoBill), Ok((1, ReferenceAndAmount))],
    );
}

#[test]
fn breaks_come_with_the_first_reason_that_holds() {
    let mut paid = bill(1, 1_000);
    let used = out(1_000, "TAGIHAN-0001 pertama");
    paid.paid_by = Some(used.id);
    let bills = [paid, bill(2, 2_000), bill(3, 3_000), bill(4, 3_000)];
    let ids = |numbers: &[u128]| numbers.iter().map(|number| id(*number)).collect::<Vec<_>>();
    let differs =
        |difference| BreakReason::AmountDiffers { bill: id(2), difference: Rupiah(difference) };
    let rows = [
        (used, BreakReason::AlreadyUsed(id(1))),
        (line("2022-10-14", 2_000, Direction::In, "TAGIHAN-0002"), BreakReason::MoneyIn),
        (out(2_000, "TAGIHAN-0001 TAGIHAN-0002"), BreakReason::Ambiguous(ids(&[1, 2]))),
        (out(999, "TAGIHAN-0001 kedua"), BreakReason::AlreadyPaid(id(1))),
        (out(1_999, "TAGIHAN-0002"), differs(-1)),
        (out(2_500, "TAGIHAN-0002"), differs(500)),
        (out(3_000, "iuran"), BreakReason::Ambiguous(ids(&[3, 4]))),
        (out(4_000, "iuran"), BreakReason::NoBill),
        (out(1_000, "iuran"), BreakReason::NoBill),
    ];
    for (line, reason) in rows {
        let name = reason.name();
        check(&[line], &bills, &[Err(reason)]);
        assert!(!name.is_empty());
    }
}

#[test]
fn a_reference_too_short_names_nothing() {
    let mut open = bill(1, 1_000);
    open.references = vec!["A-12".into(), "".into()];
    check(&[out(999, "VA12 A-12")], &[open], &[Err(BreakReason::NoBill)]);
}

#[test]
fn two_lines_never_pay_one_bill() {
    use MatchedBy::ReferenceAndAmount;
    let bills = [bill(1, 1_000)];
    let mut named = [out(1_000, "TAGIHAN-0001 a"), out(1_000, "TAGIHAN-0001 b")];
    // Of two on one day the one with the lesser name pays, in whatever order they stand.
    named.sort_by_key(|line| line.id);
    let expect = [Ok((1, ReferenceAndAmount)), Err(BreakReason::AlreadyPaid(id(1)))];
    check(&named, &bills, &expect);
    let nameless = [out(1_000, "a"), out(1_000, "b")];
    let ambiguous = || Err(BreakReason::Ambiguous(vec![id(1)]));
    check(&nameless, &bills, &[ambiguous(), ambiguous()]);
    assert_eq!(match_lines(&nameless, &bills).unpaid, [id(1)]);
    assert_eq!(match_lines(&named, &bills).unpaid, []);
}

#[test]
fn lines_keep_their_names_across_imports_and_twins_are_two() {
    let facts = |text: &str| out(1_000, text).facts;
    let first = statement_lines("BPD 001", vec![facts("a"), facts("a"), facts("b")]);
    let overlapping = statement_lines("BPD 001", vec![facts("b"), facts("a")]);
    assert_ne!(first[0].id, first[1].id);
    assert_eq!((first[0].id, first[2].id), (overlapping[1].id, overlapping[0].id));
    let other_account = statement_lines("BPD 002", vec![facts("a")]);
    assert_ne!(first[0].id, other_account[0].id);
    let shown = format!("{:?}", facts("TRF IBU SITI"));
    assert_eq!(shown, "StatementFacts(2022-10-14 out Rp1.000, 12 characters)");
    for direction in [Direction::In, Direction::Out] {
        assert_eq!(Direction::from_name(direction.name()), Some(direction));
    }
}

#[test]
fn the_printed_reference_finds_its_bill() {
    let reference = bill_reference(id(1));
    assert_eq!(reference.len(), 12);
    let mut open = bill(1, 1_000);
    open.references = vec![reference.clone().into()];
    let text = format!("pembayaran {} iuran", reference.replace('-', " ").to_lowercase());
    check(&[out(1_000, &text)], &[open], &[Ok((1, MatchedBy::ReferenceAndAmount))]);
    assert_ne!(bill_reference(id(2)), reference);
}

fn final_bill(people: u32) -> Bill {
    let members: Vec<_> = (0..people).map(member).collect();
    let draft = draft_bill(&BillInput {
        programme: &programme(),
        fund: FundKind::ApbdP,
        month: month("2022-10"),
        revision: 0,
        members: &members,
        standing: &[],
        rulebook: &LAW,
    });
    let step = finalise(&draft.expect("a bill"), &programme(), day("2022-10-01"));
    step.expect("a final bill").bill
}

#[test]
fn settlements_are_refused_in_order() {
    let check = |edit: fn(&mut Bill), line: &StatementLine, expect: SettleRefusal| {
        let mut bill = final_bill(2);
        edit(&mut bill);
        let refused = settle(&bill, &programme(), line).map(|_| ());
        assert_eq!(refused, Err(expect), "{}", expect.name());
    };
    let wrong = line("2022-10-14", 33_601, Direction::In, "");
    let posted = |bill: &mut Bill| (bill.state, bill.programme) = (BillState::Posted, id(3));
    check(posted, &wrong, SettleRefusal::AlreadyPosted);
    let draft = |bill: &mut Bill| (bill.state, bill.programme) = (BillState::Draft, id(3));
    check(draft, &wrong, SettleRefusal::NotFinal);
    check(|bill| bill.programme = id(3), &wrong, SettleRefusal::OtherProgramme);
    check(|_| (), &wrong, SettleRefusal::MoneyIn);
    check(|_| (), &out(33_601, ""), SettleRefusal::AmountDiffers(Rupiah(1)));
    check(|_| (), &out(16_800, ""), SettleRefusal::AmountDiffers(Rupiah(-16_800)));
}

#[test]
fn a_settled_bill_covers_every_line_and_empties_the_payable() {
    let (programme, bill) = (programme(), final_bill(2));
    let mut ledger = MemoryLedger::open(&fund(100_000), &programme);
    let commitment = commit(&programme, id(7), Rupiah(100_000), day("2022-09-28"));
    let budget = [appropriate(&fund(100_000), day("2022-09-01")), commitment];
    assert_eq!(ledger.post_all(&budget), Ok(()));
    let line = out(33_600, "");
    let paid = settle(&bill, &programme, &line).expect("settled");
    // Money for a bill that was never issued finds no promise to keep.
    let early = ledger.post_all(&paid.transfers).expect_err("nothing is pending");
    assert_eq!(early[0], TransferStatus::PendingNotFound);

    let issued = pending_transfers(&bill, &programme, day("2022-10-01"));
    assert_eq!(ledger.post_all(&issued), Ok(()));
    assert_eq!(ledger.post_all(&paid.transfers), Ok(()));
    assert_eq!(paid.bill.state, BillState::Posted);
    // Two people, two schemes.
    assert_eq!(paid.covered.len(), 4);
    for cover in &paid.covered {
        let (transfer, _) = ledger.snapshot.transfers[&cover.transfer];
        let due = if cover.scheme == Scheme::Jkk { 10_000 } else { 6_800 };
        assert_eq!(transfer.amount, Rupiah(due));
        assert!(matches!(transfer.kind, TransferKind::PostOf(_)));
    }
    let books = Books::of(&programme);
    assert_eq!(ledger.balance(books.payable).net_debit(), Rupiah::ZERO);
    assert_eq!(ledger.balance(books.payable).credits_pending, Rupiah::ZERO);
    assert_eq!(ledger.balance(books.cash).net_debit(), Rupiah(-33_600));
    assert_eq!(ledger.balance(books.commitment).free_credit(), Rupiah(66_400));
    ledger.check();

    // Another line of the same day cannot pay the bill again: nothing is owed any more.
    let second = settle(&bill, &programme, &out(33_600, "lagi")).expect("the bill looks final");
    let refused = ledger.post_all(&second.transfers).expect_err("paid already");
    assert_eq!(refused.last(), Some(&TransferStatus::WouldExceedCredits));
    // Nor can the same line pay for another month.
    let mut next = final_bill(2);
    next.month = month("2022-11");
    next.id = bill_id(programme.id, next.month);
    assert_eq!(ledger.post_all(&pending_transfers(&next, &programme, day("2022-11-01"))), Ok(()));
    let reused = settle(&next, &programme, &line).expect("the line looks fresh");
    let refused = ledger.post_all(&reused.transfers).expect_err("used already");
    assert_eq!(refused.last(), Some(&TransferStatus::ExistsWithDifferentMonth));
}

/// What is suggested for a line, as (purpose, amount).
fn suggested(matching: &Matching, line: &StatementLine) -> Option<(Vec<(Purpose, i64)>, Vec<Why>)> {
    let found = matching.suggestions.iter().find(|one| one.line == line.id)?;
    let parts = found.parts.iter().map(|(purpose, amount)| (*purpose, amount.0)).collect();
    Some((parts, found.whys.clone()))
}

fn of_fund(number: u128, total: i64) -> OpenBill {
    OpenBill {
        month: Some(month("2022-10")),
        fund: Some(id(50)),
        words: "Pekerja Rentan Nelayan".into(),
        ..bill(number, total)
    }
}

#[test]
fn several_lines_for_one_bill_and_one_line_for_several() {
    use MatchedBy::{OneForMany, Together};
    let bills = [bill(1, 1_000), bill(2, 2_000), bill(3, 500)];
    let split = [out(400, "TAGIHAN-0001 tahap 1"), out(600, "TAGIHAN-0001 tahap 2")];
    let many = out(2_500, "TAGIHAN-0002 TAGIHAN-0003");
    let lines = [split[0].clone(), split[1].clone(), many.clone()];
    let matching = match_lines(&lines, &bills);
    let found: Vec<_> =
        matching.matches.iter().map(|one| (one.line, one.bill, one.by, one.amount.0)).collect();
    let expect = [
        (split[0].id, id(1), Together, 400),
        (split[1].id, id(1), Together, 600),
        (many.id, id(2), OneForMany, 2_000),
        (many.id, id(3), OneForMany, 500),
    ];
    assert_eq!(found, expect);
    assert_eq!((matching.breaks.len(), matching.unpaid.len()), (0, 0));
}

#[test]
fn what_is_likely_is_suggested_with_its_reason() {
    let bills = [of_fund(1, 30_000), of_fund(2, 70_000)];
    let check = |line: StatementLine, parts: &[(Purpose, i64)], whys: &[Why]| {
        let matching = match_lines(std::slice::from_ref(&line), &bills);
        let expect = Some((parts.to_vec(), whys.to_vec()));
        assert_eq!(suggested(&matching, &line), expect, "{whys:?}");
        assert!(matching.matches.is_empty());
    };
    let (one, two) = (Purpose::Bill(id(1)), Purpose::Bill(id(2)));
    let suspense = Purpose::Suspense(id(50));
    check(out(20_000, "TAGIHAN-0001"), &[(one, 20_000)], &[Why::Named, Why::Under]);
    check(
        out(31_500, "TAGIHAN-0001"),
        &[(one, 30_000), (suspense, 1_500)],
        &[Why::Named, Why::Over],
    );
    check(
        out(100_000, "SP2D oktober"),
        &[(one, 30_000), (two, 70_000)],
        &[Why::MonthTogether, Why::NearMonth],
    );
    check(out(29_000, "trf"), &[(one, 29_000)], &[Why::Near, Why::Under, Why::NearMonth]);
    let late = line("2023-06-01", 30_000, Direction::Out, "iuran");
    check(late, &[(one, 30_000)], &[Why::SameAmount]);
    let mut paid = of_fund(1, 30_000);
    paid.paid = Rupiah(30_000);
    let again = out(30_000, "TAGIHAN-0001 lagi");
    let matching = match_lines(std::slice::from_ref(&again), &[paid]);
    let expect = Some((vec![(suspense, 30_000)], vec![Why::Named, Why::PaidTwice]));
    assert_eq!(suggested(&matching, &again), expect);
    // Words alone: two of the programme's, and no amount that fits.
    let alone = [OpenBill { words: "Nelayan Kuaro".into(), ..of_fund(3, 900_000) }];
    let words = out(20_000, "iuran nelayan kuaro");
    let matching = match_lines(std::slice::from_ref(&words), &alone);
    let (parts, whys) = suggested(&matching, &words).expect("words tell");
    assert_eq!(parts, [(Purpose::Bill(id(3)), 20_000)]);
    assert_eq!(whys, [Why::Words, Why::Under, Why::NearMonth]);
}

#[test]
fn a_bank_that_takes_a_line_back_names_it() {
    let paid = out(1_000, "TAGIHAN-0001");
    let mut back = line("2022-10-17", 1_000, Direction::In, "RETUR");
    back.facts.reversal = true;
    let used = Taken { used: Rupiah(1_000), ..Taken::fresh(paid.clone()) };
    let lines = [used.clone(), Taken::fresh(back.clone())];
    let matching = match_with(&lines, &[bill(1, 1_000)], &Policy::default());
    assert_eq!(matching.breaks[1].reason, BreakReason::Reverses(paid.id));
    let expect =
        Some((vec![(Purpose::Reversal(paid.id), 1_000)], vec![Why::Reverses, Why::SameAmount]));
    assert_eq!(suggested(&matching, &back), expect);
    // Long after, or undone before, it is money of its own.
    let mut late = back.clone();
    late.facts.day = day("2023-01-01");
    for earlier in [used.clone(), Taken { reversed: true, ..used }] {
        let second = if earlier.reversed { back.clone() } else { late.clone() };
        let lines = [earlier, Taken::fresh(second)];
        let matching = match_with(&lines, &[], &Policy::default());
        assert_eq!(matching.breaks[1].reason, BreakReason::MoneyIn);
    }
}

#[test]
fn another_funds_account_pays_nothing_by_itself() {
    let bills = [of_fund(1, 30_000)];
    for text in ["TAGIHAN-0001", "iuran"] {
        let taken = Taken { fund: Some(id(51)), ..Taken::fresh(out(30_000, text)) };
        let matching = match_with(&[taken], &bills, &Policy::default());
        assert_eq!(matching.breaks[0].reason, BreakReason::OtherFund(id(1)), "{text}");
    }
}

#[test]
fn candidates_come_best_first_with_their_reasons() {
    let bills = [of_fund(1, 30_000), of_fund(2, 70_000), of_fund(3, 100_500)];
    let taken = Taken::fresh(out(100_000, "iuran nelayan TAGIHAN-0002"));
    let found = candidates(&taken, &bills, &Policy::default());
    let firsts: Vec<_> = found.iter().map(|one| (one.parts[0].0, one.whys[0])).collect();
    let expect = [
        (Purpose::Bill(id(2)), Why::Named),
        (Purpose::Bill(id(3)), Why::Near),
        (Purpose::Bill(id(1)), Why::TwoTogether),
        (Purpose::Bill(id(1)), Why::Words),
    ];
    assert_eq!(firsts, expect);
    assert_eq!(found[2].parts.len(), 2);
    let comes_in = Taken::fresh(line("2022-10-14", 30_000, Direction::In, "TAGIHAN-0001"));
    assert_eq!(candidates(&comes_in, &bills, &Policy::default()), []);
}

#[test]
fn parts_are_refused_in_order() {
    let line = out(1_000, "");
    let comes_in = super::line::statement_lines(
        "BPD 001",
        vec![StatementFacts { direction: Direction::In, ..line.facts.clone() }],
    );
    let comes_in = &comes_in[0];
    let (fund, bill) = (id(50), Purpose::Bill(id(1)));
    let check =
        |line: &StatementLine, left: i64, part: (Purpose, i64), about: About<'_>, expect| {
            let part = (part.0, Rupiah(part.1));
            let found = check_part(line, Rupiah(left), Some(fund), part, &about);
            assert_eq!(found, expect);
        };
    let owes = |amount: i64| About::Bill(Some((Rupiah(amount), fund)));
    check(&line, 1_000, (bill, 0), owes(1_000), Err(PartRefusal::AmountNotPositive));
    check(&line, 400, (bill, 500), owes(1_000), Err(PartRefusal::LineExceeded));
    check(comes_in, 1_000, (bill, 500), owes(1_000), Err(PartRefusal::WrongWay));
    check(&line, 1_000, (bill, 500), About::Bill(None), Err(PartRefusal::BillNotFinal));
    check(&line, 1_000, (bill, 500), owes(400), Err(PartRefusal::BillExceeded));
    let foreign = About::Bill(Some((Rupiah(1_000), id(51))));
    check(&line, 1_000, (bill, 500), foreign, Err(PartRefusal::OtherFund));
    let other = (Purpose::Suspense(id(51)), 500);
    check(&line, 1_000, other, About::Nothing, Err(PartRefusal::OtherFund));
    let back = |amount| (Purpose::Returned(line.id), amount);
    check(&line, 1_000, back(500), About::Nothing, Err(PartRefusal::WrongWay));
    check(comes_in, 1_000, back(500), About::Line(None), Err(PartRefusal::CounterUnfit));
    let waits = |amount: i64| About::Line(Some((&line, true, Rupiah(amount))));
    check(comes_in, 1_000, back(500), waits(400), Err(PartRefusal::SuspenseExceeded));
    check(comes_in, 1_000, back(500), waits(500), Ok(()));
    let undoes = |amount| (Purpose::Reversal(line.id), amount);
    check(comes_in, 1_000, undoes(500), waits(0), Err(PartRefusal::CounterUnfit));
    check(comes_in, 1_000, undoes(1_000), waits(0), Ok(()));
    let elsewhere = About::Line(Some((&line, false, Rupiah(0))));
    check(comes_in, 1_000, undoes(1_000), elsewhere, Err(PartRefusal::CounterUnfit));
    check(&line, 1_000, (Purpose::Other, 1_000), About::Nothing, Ok(()));
    check(&line, 1_000, (bill, 1_000), owes(1_000), Ok(()));
    assert_eq!(PartRefusal::PartUnknown.name(), "PART_UNKNOWN");
    let names: HashSet<_> = PartRefusal::ALL.into_iter().map(PartRefusal::name).collect();
    assert_eq!(names.len(), PartRefusal::ALL.len());
    for purpose in [bill, other.0, back(1).0, undoes(1).0, Purpose::Other] {
        assert_eq!(Purpose::from_parts(purpose.name(), purpose.about()), Some(purpose));
    }
}

fn part(line: &StatementLine, nth: u32, purpose: Purpose, amount: i64) -> Part {
    Part {
        id: part_id(line.id, nth),
        line: line.id,
        purpose,
        amount: Rupiah(amount),
        by: MatchedBy::People,
        day: line.facts.day,
        given_at_ms: 0,
        released_at_ms: None,
    }
}

#[test]
fn a_line_stands_in_the_first_state_that_holds() {
    let line = out(1_000, "");
    let (bill, other) = (Purpose::Bill(id(1)), Purpose::Bill(id(2)));
    let waits = Purpose::Suspense(id(50));
    let check = |parts: &[(Purpose, i64)], reversed, found, expect: LineState| {
        let parts: Vec<_> = parts.iter().map(|(what, much)| part(&line, 0, *what, *much)).collect();
        let parts: Vec<&Part> = parts.iter().collect();
        assert_eq!(stand(&line, &parts, reversed, found), expect);
    };
    check(&[(bill, 1_000)], true, Stand::Breaks, LineState::Reversed);
    check(&[(Purpose::Reversal(id(3)), 1_000)], false, Stand::Breaks, LineState::Reversal);
    check(&[(bill, 1_000)], false, Stand::Breaks, LineState::Matched);
    check(&[(bill, 400), (other, 600)], false, Stand::Breaks, LineState::Split);
    check(&[(bill, 400), (waits, 600)], false, Stand::Breaks, LineState::Over);
    check(&[(waits, 1_000)], false, Stand::Breaks, LineState::Suspense);
    check(&[(Purpose::Returned(id(3)), 1_000)], false, Stand::Breaks, LineState::Returned);
    check(&[(Purpose::Other, 1_000)], false, Stand::Breaks, LineState::Other);
    check(&[(bill, 400)], false, Stand::Suggested, LineState::Partial);
    check(&[], false, Stand::Pays, LineState::Ready);
    check(&[], false, Stand::Suggested, LineState::Suggested);
    check(&[], false, Stand::Breaks, LineState::Unmatched);
    assert!(LineState::ALL.is_sorted());
}

/// A ledger with a budget and the promises of a bill.
fn promised(bill: &Bill) -> MemoryLedger {
    let programme = programme();
    let mut ledger = MemoryLedger::open(&fund(100_000), &programme);
    let commitment = commit(&programme, id(7), Rupiah(100_000), day("2022-09-28"));
    let budget = [appropriate(&fund(100_000), day("2022-09-01")), commitment];
    assert_eq!(ledger.post_all(&budget), Ok(()));
    let pending = pending_transfers(bill, &programme, day("2022-10-01"));
    assert_eq!(ledger.post_all(&pending), Ok(()));
    ledger
}

#[test]
fn parts_wait_until_the_bill_is_full_and_a_reversal_opens_it_again() {
    let (programme, bill) = (programme(), final_bill(2));
    let mut ledger = promised(&bill);
    let books = Books::of(&programme);
    let net = |ledger: &MemoryLedger, account| ledger.balance(account).net_debit().0;
    let (first, second) = (out(16_800, "tahap 1"), out(16_800, "tahap 2"));
    let purpose = Purpose::Bill(bill.id);
    let one = part(&first, 0, purpose, 16_800);
    let two = part(&second, 0, purpose, 16_800);
    let waits = waiting(&one, programme.fund, Direction::Out).expect("it waits");
    assert_eq!(waits.id, waiting_id(&one));
    assert_eq!(ledger.post_all(&[waits]), Ok(()));
    assert_eq!((net(&ledger, books.suspense), net(&ledger, books.cash)), (16_800, -16_800));
    let short = settle_parts(&bill, &programme, &[Paid { part: &one, waited: true }]);
    assert_eq!(short, Err(SettleRefusal::AmountDiffers(Rupiah(-16_800))));

    let both = [Paid { part: &one, waited: true }, Paid { part: &two, waited: false }];
    let paid = settle_parts(&bill, &programme, &both).expect("full");
    assert_eq!(ledger.post_all(&paid.transfers), Ok(()));
    assert_eq!(paid.covered.len(), 4);
    assert_eq!((net(&ledger, books.suspense), net(&ledger, books.cash)), (0, -33_600));
    assert_eq!((net(&ledger, books.payable), net(&ledger, books.expense)), (0, 33_600));

    // The bank takes the second line back.
    let ids: Vec<_> = [&one, &two].iter().flat_map(|part| payment_ids(part, 0)).collect();
    let payments: Vec<_> =
        paid.transfers.iter().filter(|one| ids.contains(&one.id)).copied().collect();
    assert_eq!(payments.len(), 2);
    let undone = unsettle(&paid.bill, &programme, &payments, day("2022-10-20")).expect("posted");
    assert_eq!((undone.bill.state, undone.bill.revision), (BillState::Final, 1));
    assert_eq!(ledger.post_all(&undone.transfers), Ok(()));
    // The first part waits again, the second has gone back, and the bill is promised anew.
    assert_eq!((net(&ledger, books.suspense), net(&ledger, books.cash)), (16_800, -16_800));
    assert_eq!((net(&ledger, books.payable), net(&ledger, books.expense)), (0, 0));
    assert_eq!(ledger.balance(books.payable).credits_pending, Rupiah(33_600));
    assert_eq!(ledger.balance(books.commitment).free_credit(), Rupiah(66_400));

    // Paid once more, in full and for good.
    let third = out(16_800, "tahap 2 ulang");
    let three = part(&third, 0, purpose, 16_800);
    let again = [Paid { part: &one, waited: true }, Paid { part: &three, waited: false }];
    let paid = settle_parts(&undone.bill, &programme, &again).expect("full again");
    assert_eq!(ledger.post_all(&paid.transfers), Ok(()));
    assert_eq!((net(&ledger, books.suspense), net(&ledger, books.cash)), (0, -33_600));
    assert_eq!(net(&ledger, books.expense), 33_600);
    ledger.check();
    let twice = unsettle(&undone.bill, &programme, &[], day("2022-10-20"));
    assert_eq!(twice, Err(SettleRefusal::NotFinal));
}

/// Bills and lines that name some of them, by small numbers, so that they meet.
fn random_bills(bills: &[(i64, bool)]) -> Vec<OpenBill> {
    let numbered = bills.iter().zip(0u128..);
    numbered
        .map(|((total, paid), number)| OpenBill {
            paid_by: paid.then(|| id(9_000 + number)),
            ..of_fund(number, *total)
        })
        .collect()
}

fn random_lines(lines: &[(i64, u128, u8, bool)]) -> Vec<StatementLine> {
    let facts = lines.iter().map(|(amount, number, named, out)| {
        let text = match named {
            0 => "iuran".to_owned(),
            1 => format!("TAGIHAN-{number:04}"),
            _ => format!("TAGIHAN-{number:04} TAGIHAN-{:04}", (number + 1) % 8),
        };
        let direction = if *out { Direction::Out } else { Direction::In };
        line("2022-10-14", *amount, direction, &text).facts
    });
    statement_lines("BPD 001", facts.collect())
}

proptest! {
    #[test]
    fn every_line_has_one_answer_and_nothing_is_paid_beyond_its_amount(
        lines in prop::collection::vec((1i64..6, 0u128..8, 0u8..3, any::<bool>()), 0..30),
        bills in prop::collection::vec((1i64..6, any::<bool>()), 0..8),
    ) {
        let (bills, lines) = (random_bills(&bills), random_lines(&lines));
        let matching = match_lines(&lines, &bills);
        let paying: HashSet<_> = matching.matches.iter().map(|one| one.line).collect();
        let broken: HashSet<_> = matching.breaks.iter().map(|one| one.line).collect();
        prop_assert_eq!(matching.breaks.len(), broken.len());
        prop_assert!(paying.is_disjoint(&broken));
        prop_assert_eq!(paying.len() + broken.len(), lines.len());
        let (mut of_line, mut of_bill) = (HashMap::new(), HashMap::new());
        for found in &matching.matches {
            *of_line.entry(found.line).or_insert(0) += found.amount.0;
            *of_bill.entry(found.bill).or_insert(0) += found.amount.0;
        }
        for line in &lines {
            // What pays is given out whole, and only what goes out pays.
            if let Some(given) = of_line.get(&line.id) {
                prop_assert_eq!(*given, line.facts.amount.0);
                prop_assert_eq!(line.facts.direction, Direction::Out);
            }
        }
        for bill in &bills {
            match of_bill.get(&bill.id) {
                Some(paid) => prop_assert_eq!(*paid, bill.left().0),
                None => prop_assert_eq!(matching.unpaid.contains(&bill.id), bill.left().0 > 0),
            }
        }
        for found in &matching.suggestions {
            prop_assert!(broken.contains(&found.line));
            let line = lines.iter().find(|line| line.id == found.line).expect("a known line");
            let sum: i64 = found.parts.iter().map(|(_, amount)| amount.0).sum();
            prop_assert!(0 < sum && sum <= line.facts.amount.0);
            for (purpose, amount) in &found.parts {
                let bill = bills.iter().find(|bill| *purpose == Purpose::Bill(bill.id));
                prop_assert!(bill.is_none_or(|bill| *amount <= bill.left()));
            }
        }
    }

    #[test]
    fn the_order_of_the_lines_changes_nothing(
        lines in prop::collection::vec((1i64..6, 0u128..8, 0u8..3, any::<bool>()), 0..30),
        bills in prop::collection::vec((1i64..6, any::<bool>()), 0..8),
        turn in 0usize..30,
    ) {
        let (bills, lines) = (random_bills(&bills), random_lines(&lines));
        let mut turned = lines.clone();
        turned.reverse();
        let places = turned.len().max(1);
        turned.rotate_left(turn % places);
        let answers = |lines: &[StatementLine]| {
            let matching = match_lines(lines, &bills);
            let mut found: Vec<String> =
                matching.matches.iter().map(|one| format!("{one:?}")).collect();
            found.extend(matching.breaks.iter().map(|one| format!("{one:?}")));
            found.extend(matching.suggestions.iter().map(|one| format!("{one:?}")));
            found.sort();
            found
        };
        prop_assert_eq!(answers(&lines), answers(&turned));
    }
}
