//! What was paid for the dead comes back: once, and never more than was paid.

use proptest::prelude::*;
use rules::{FundKind, Scheme};

use super::*;
use crate::billing::{BillInput, BillStep, contribution_id, draft_bill, finalise, reopen};
use crate::ledger::chart::{appropriate, commit, receivable_account};
use crate::ledger::{Balance, TransferStatus};
use crate::payment::{Direction, settle};
use crate::tests::{LAW, MemoryLedger, candidate, day, fund, id, line, member, month, programme};

fn draft(people: u32, of: &str) -> Bill {
    let members: Vec<_> = (0..people).map(member).collect();
    draft_bill(&BillInput {
        programme: &programme(),
        fund: FundKind::ApbdP,
        month: month(of),
        revision: 0,
        members: &members,
        standing: &[],
        rulebook: &LAW,
    })
    .expect("a bill")
}

fn ledger() -> MemoryLedger {
    let programme = programme();
    let mut ledger = MemoryLedger::open(&fund(1_000_000), &programme);
    let account = receivable_account(&programme);
    ledger.snapshot.accounts.insert(account.id, (account, Balance::default()));
    let granted = appropriate(&fund(1_000_000), day("2022-09-01"));
    let bound = commit(&programme, id(7), Rupiah(1_000_000), day("2022-09-28"));
    assert_eq!(ledger.post_all(&[granted, bound]), Ok(()));
    ledger
}

fn paid(ledger: &mut MemoryLedger, draft: &Bill, on: &str) -> Bill {
    let BillStep { bill, transfers } =
        finalise(draft, &programme(), day(on)).expect("a final bill");
    assert_eq!(ledger.post_all(&transfers), Ok(()));
    let line = line(on, bill.total.0, Direction::Out, "");
    let settled = settle(&bill, &programme(), &line).expect("is paid");
    assert_eq!(ledger.post_all(&settled.transfers), Ok(()));
    settled.bill
}

/// What was paid for one member and month: 10,000 for JKK and 6,800 for JKM.
fn after_death(number: u32, of: &str) -> [PaidAfterDeath; 2] {
    let membership = member(number).membership.id;
    [(Scheme::Jkk, 10_000), (Scheme::Jkm, 6_800)].map(|(scheme, rupiah)| {
        let contribution = contribution_id(membership, scheme, month(of), 0);
        PaidAfterDeath {
            membership,
            person: candidate(number).person,
            month: month(of),
            died: month("2022-09"),
            contribution: Transfer::kept_id(contribution),
            rupiah: Rupiah(rupiah),
        }
    })
}

fn credit(paid: &PaidAfterDeath) -> BillCredit {
    BillCredit {
        recovery: recovery_id(paid.contribution),
        membership: paid.membership,
        person: paid.person,
        month: paid.month,
        rupiah: paid.rupiah,
    }
}

/// Three are billed in October, one of whom died in September. In November two are billed, and
/// the bill asks for 2 × 16,800 − 16,800.
#[test]
fn a_month_paid_after_a_death_is_owed_back_and_taken_off_the_next_bill() {
    let (programme, mut ledger) = (programme(), ledger());
    paid(&mut ledger, &draft(3, "2022-10"), "2022-10-14");
    let found = after_death(2, "2022-10");
    for paid in &found {
        let recover = recovery(&programme, paid, day("2022-10-20"));
        let said = ledger.post(&[recover, recover]);
        assert_eq!(said, [TransferStatus::Created, TransferStatus::Exists]);
    }
    let bill = draft(2, "2022-11").with_credits(&found.each_ref().map(credit));
    let amounts = [bill.gross(), bill.credited(), bill.total];
    assert_eq!(amounts, [Rupiah(33_600), Rupiah(16_800), Rupiah(16_800)]);
    paid(&mut ledger, &bill, "2022-11-14");
    let owner = programme.id.as_bytes();
    let net = |role| ledger.balance(account_id(owner, role)).net_debit();
    assert_eq!(net(AccountRole::ContributionReceivable), Rupiah(0));
    assert_eq!(net(AccountRole::ContributionPayable), Rupiah(0));
    // 50,400 − 16,800 + 33,600, which is what left the bank: 50,400 + 16,800.
    assert_eq!(net(AccountRole::ContributionExpense), Rupiah(67_200));
    assert_eq!(ledger.balance(Books::of(&programme).cash).net_debit(), Rupiah(-67_200));
    ledger.check();
}

#[test]
fn credits_leave_something_to_pay_and_the_others_wait() {
    let paid = (0..3).flat_map(|number| after_death(number, "2022-10"));
    let credits: Vec<_> = paid.map(|paid| credit(&paid)).collect();
    // 16,800 − 10,000; with 6,800 more there would be nothing left to pay.
    let bill = draft(1, "2022-11").with_credits(&credits);
    assert_eq!((bill.credits.len(), bill.total), (1, Rupiah(6_800)));
    // 33,600 − 10,000 − 6,800 − 10,000.
    let bill = draft(2, "2022-11").with_credits(&credits);
    assert_eq!((bill.credits.len(), bill.total), (3, Rupiah(6_800)));
    // 67,200 − 3 × 16,800.
    let bill = draft(4, "2022-11").with_credits(&credits);
    assert_eq!((bill.credits.len(), bill.total), (6, Rupiah(16_800)));
}

#[test]
fn no_more_is_taken_off_than_is_owed_back() {
    let mut ledger = ledger();
    paid(&mut ledger, &draft(3, "2022-10"), "2022-10-14");
    // Nothing was recovered: the bill that takes something off cannot be paid.
    let bill =
        draft(2, "2022-11").with_credits(&after_death(2, "2022-10").map(|paid| credit(&paid)));
    let step = finalise(&bill, &programme(), day("2022-11-01")).expect("a final bill");
    assert_eq!(ledger.post_all(&step.transfers), Ok(()));
    let line = line("2022-11-14", 16_800, Direction::Out, "");
    let settled = settle(&step.bill, &programme(), &line).expect("is paid");
    let refused = ledger.post_all(&settled.transfers).expect_err("refused");
    assert!(refused.contains(&TransferStatus::WouldExceedDebits), "{refused:?}");
}

proptest! {
    /// Whatever is owed back: lines less credits are the total, which is above nothing; and a bill
    /// reopened and issued again asks the ledger for the same.
    #[test]
    fn totals_add_up_and_reopening_is_undone_by_issuing_again(
        people in 1u32..12,
        owed in proptest::collection::vec(1i64..60_000, 0..12),
    ) {
        let credits: Vec<BillCredit> = (0u32..).zip(&owed).map(|(number, rupiah)| {
            let one = credit(&after_death(number, "2022-10")[0]);
            BillCredit { rupiah: Rupiah(*rupiah), ..one }
        }).collect();
        let bill = draft(people, "2022-11").with_credits(&credits);
        let lines: i64 = bill.lines.iter().map(|line| line.rupiah.0).sum();
        prop_assert_eq!(bill.total.0, lines - bill.credited().0);
        prop_assert!(bill.total > Rupiah::ZERO);
        prop_assert!(bill.credited().0 <= owed.iter().sum());
        let (programme, on) = (programme(), day("2022-11-01"));
        let once = finalise(&bill, &programme, on).expect("final");
        let open = reopen(&once.bill, &programme, on).expect("open");
        let twice = finalise(&open.bill, &programme, on).expect("final again");
        prop_assert_eq!(twice.bill.total, once.bill.total);
        let moved = |step: &BillStep| -> Vec<_> {
            let of = |one: &Transfer| (one.debit, one.credit, one.amount, one.code, one.document);
            step.transfers.iter().map(of).collect()
        };
        prop_assert_eq!(moved(&twice), moved(&once));
        let mut ledger = ledger();
        prop_assert_eq!(ledger.post_all(&once.transfers), Ok(()));
        prop_assert_eq!(ledger.post_all(&open.transfers), Ok(()));
        let books = Books::of(&programme);
        prop_assert_eq!(ledger.balance(books.payable), Balance::default());
        prop_assert_eq!(ledger.post_all(&twice.transfers), Ok(()));
        ledger.check();
    }
}
