//! Statement lines find their bill, or a reason; settled bills cover exactly what they billed.

use proptest::prelude::*;
use rules::{FundKind, Scheme};

use super::*;
use crate::billing::{BillInput, bill_id, draft_bill, finalise};
use crate::ledger::TransferStatus;
use crate::ledger::chart::{appropriate, commit};
use crate::tests::{LAW, MemoryLedger, day, fund, id, line, member, month, programme};

fn bill(number: u128, total: i64) -> OpenBill {
    let references = vec![format!("TAGIHAN-{number:04}").into(), format!("8888{number:04}").into()];
    OpenBill { id: id(number), references, total: Rupiah(total), paid_by: None }
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
    let named = [out(1_000, "TAGIHAN-0001 a"), out(1_000, "TAGIHAN-0001 b")];
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

proptest! {
    #[test]
    fn every_line_has_one_answer_and_every_bill_one_payer(
        lines in prop::collection::vec((1i64..6, 0u128..8, any::<bool>(), any::<bool>()), 0..30),
        bills in prop::collection::vec((1i64..6, any::<bool>()), 0..8),
    ) {
        let bills: Vec<OpenBill> = bills
            .iter()
            .zip(0u128..)
            .map(|((total, paid), number)| OpenBill {
                paid_by: paid.then(|| id(9_000 + number)),
                ..bill(number, *total)
            })
            .collect();
        let facts = lines.iter().map(|(amount, number, named, out)| {
            let text = if *named { format!("TAGIHAN-{number:04}") } else { "iuran".to_owned() };
            let direction = if *out { Direction::Out } else { Direction::In };
            line("2022-10-14", *amount, direction, &text).facts
        });
        let lines = statement_lines("BPD 001", facts.collect());
        let matching = match_lines(&lines, &bills);
        let mut answered: Vec<_> = matching.matches.iter().map(|m| m.line).collect();
        answered.extend(matching.breaks.iter().map(|b| b.line));
        let answers: HashSet<_> = answered.iter().copied().collect();
        prop_assert_eq!((answered.len(), answers.len()), (lines.len(), lines.len()));
        let payers: HashSet<_> = matching.matches.iter().map(|m| m.bill).collect();
        prop_assert_eq!(payers.len(), matching.matches.len());
        for matched in &matching.matches {
            let bill = bills.iter().find(|bill| bill.id == matched.bill).expect("a known bill");
            let line = lines.iter().find(|line| line.id == matched.line).expect("a known line");
            prop_assert!(bill.paid_by.is_none() && bill.total == line.facts.amount);
            prop_assert_eq!(line.facts.direction, Direction::Out);
        }
        let open = bills.iter().filter(|bill| bill.paid_by.is_none()).count();
        prop_assert_eq!(matching.unpaid.len(), open - payers.len());
    }
}
