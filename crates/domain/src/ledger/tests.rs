//! Every status of a transfer in its published order, and what no batch may do.

use proptest::prelude::*;

use super::chart::{Books, appropriate, fund_accounts};
use super::*;
use crate::tests::{MemoryLedger, day, fund, id, month, programme};

const A: u128 = 1;
const B: u128 = 2;
/// Debits within credits, with 100 posted credits before each case.
const BUDGET: u128 = 3;
/// Credits within debits, with nothing in it.
const BOX: u128 = 4;
/// An account whose posted sums are nearly full.
const FULL: u128 = 5;
const NOWHERE: u128 = 99;

fn account(number: u128, limit: BalanceLimit) -> Account {
    Account { id: id(number), code: format!("a{number}").into(), kind: AccountKind::Asset, limit }
}

fn transfer(number: u128, debit: u128, credit: u128, amount: i64) -> Transfer {
    Transfer {
        id: id(number),
        debit: id(debit),
        credit: id(credit),
        amount: Rupiah(amount),
        code: TransferCode::Suspense,
        kind: TransferKind::Posted,
        document: Document::Bill(id(77)),
        month: None,
        day: day("2022-10-01"),
    }
}

fn pending(number: u128, amount: i64) -> Transfer {
    Transfer { kind: TransferKind::Pending, ..transfer(number, A, B, amount) }
}

fn post_of(number: u128, of: u128, amount: i64) -> Transfer {
    Transfer { kind: TransferKind::PostOf(id(of)), ..transfer(number, A, B, amount) }
}

fn void_of(number: u128, of: u128, amount: i64) -> Transfer {
    Transfer { kind: TransferKind::VoidOf(id(of)), ..transfer(number, A, B, amount) }
}

fn ledger() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    for account in [
        account(A, BalanceLimit::None),
        account(B, BalanceLimit::None),
        account(BUDGET, BalanceLimit::DebitsWithinCredits),
        account(BOX, BalanceLimit::CreditsWithinDebits),
        account(FULL, BalanceLimit::None),
    ] {
        ledger.snapshot.accounts.insert(account.id, (account, Balance::default()));
    }
    let full = ledger.snapshot.accounts.get_mut(&id(FULL)).expect("just put in");
    full.1.debits_posted = Rupiah(i64::MAX - 5);
    full.1.credits_posted = Rupiah(i64::MAX - 5);
    let before = [
        transfer(10, A, BUDGET, 100),
        transfer(11, A, B, 50),
        pending(20, 30),
        pending(21, 30),
        post_of(22, 21, 30),
        pending(23, 30),
        void_of(24, 23, 30),
    ];
    assert!(ledger.post(&before).iter().all(|status| *status == TransferStatus::Created));
    ledger
}

#[test]
fn every_status_in_its_order() {
    use TransferStatus as S;
    let base = transfer(11, A, B, 50);
    let rows = [
        (S::ExistsWithDifferentKind, Transfer { kind: TransferKind::Pending, ..base }),
        (S::ExistsWithDifferentDebitAccount, Transfer { debit: id(BOX), ..base }),
        (S::ExistsWithDifferentCreditAccount, Transfer { credit: id(BOX), ..base }),
        (S::ExistsWithDifferentAmount, Transfer { amount: Rupiah(51), ..base }),
        (S::ExistsWithDifferentCode, Transfer { code: TransferCode::Payment, ..base }),
        (S::ExistsWithDifferentDocument, Transfer { document: Document::Fund(id(77)), ..base }),
        (S::ExistsWithDifferentMonth, Transfer { month: Some(month("2022-10")), ..base }),
        (S::ExistsWithDifferentDay, Transfer { day: day("2022-10-02"), ..base }),
        (S::Exists, base),
        (S::AmountNotPositive, transfer(30, A, B, 0)),
        (S::SameAccounts, transfer(30, A, A, 1)),
        (S::UnknownDebitAccount, transfer(30, NOWHERE, B, 1)),
        (S::UnknownCreditAccount, transfer(30, A, NOWHERE, 1)),
        (S::PendingNotFound, post_of(30, 98, 1)),
        (S::PendingNotPending, post_of(30, 11, 1)),
        (S::PendingHasDifferentDebitAccount, Transfer { debit: id(BOX), ..post_of(30, 20, 30) }),
        (S::PendingHasDifferentCreditAccount, Transfer { credit: id(BOX), ..post_of(30, 20, 30) }),
        (
            S::PendingHasDifferentCode,
            Transfer { code: TransferCode::Payment, ..post_of(30, 20, 30) },
        ),
        (S::ExceedsPendingAmount, post_of(30, 20, 31)),
        (S::PendingHasDifferentAmount, void_of(30, 20, 29)),
        (S::PendingAlreadyPosted, void_of(30, 21, 30)),
        (S::PendingAlreadyVoided, post_of(30, 23, 30)),
        (S::OverflowsDebitAccount, transfer(30, FULL, A, 6)),
        (S::OverflowsCreditAccount, transfer(30, A, FULL, 6)),
        (S::WouldExceedCredits, transfer(30, BUDGET, B, 101)),
        (S::WouldExceedDebits, transfer(30, A, BOX, 1)),
        (S::Created, transfer(30, BUDGET, B, 100)),
    ];
    let tried: Vec<TransferStatus> = rows.iter().map(|(status, _)| *status).collect();
    assert_eq!(tried, TransferStatus::ALL, "one row for each status, in the published order");
    for (expect, asked) in rows {
        assert_eq!(ledger().post(&[asked]), [expect], "{}", expect.name());
    }
}

#[test]
fn the_first_condition_wins() {
    use TransferStatus as S;
    for (asked, expect) in [
        (
            Transfer { amount: Rupiah(0), credit: id(A), ..transfer(30, A, B, 0) },
            S::AmountNotPositive,
        ),
        (transfer(30, NOWHERE, NOWHERE, 1), S::SameAccounts),
        (Transfer { debit: id(NOWHERE), ..post_of(30, 98, 1) }, S::UnknownDebitAccount),
        (post_of(30, 21, 31), S::ExceedsPendingAmount),
        (void_of(30, 24, 30), S::PendingNotPending),
        (transfer(30, BUDGET, BOX, 101), S::WouldExceedCredits),
        (transfer(11, B, A, 51), S::ExistsWithDifferentDebitAccount),
    ] {
        assert_eq!(ledger().post(&[asked]), [expect]);
    }
}

#[test]
fn a_pending_transfer_counts_against_the_limit_until_it_is_taken_back() {
    let mut ledger = ledger();
    let promise = Transfer { kind: TransferKind::Pending, ..transfer(40, BUDGET, B, 70) };
    let more = transfer(41, BUDGET, B, 31);
    let batch = [promise, more, promise.taken_back(promise.day), more];
    let expect = [
        TransferStatus::Created,
        TransferStatus::WouldExceedCredits,
        TransferStatus::Created,
        TransferStatus::Created,
    ];
    assert_eq!(ledger.post(&batch), expect);
    // 100 granted, 31 used.
    assert_eq!(ledger.balance(id(BUDGET)).free_credit(), Rupiah(69));
}

#[test]
fn posting_less_than_promised_lets_the_rest_go() {
    let mut ledger = ledger();
    assert_eq!(ledger.post(&[post_of(50, 20, 10)]), [TransferStatus::Created]);
    let balance = ledger.balance(id(A));
    // 100 to the budget, 50 and 30 before, 10 now; nothing is promised any more.
    assert_eq!((balance.debits_posted, balance.debits_pending), (Rupiah(190), Rupiah(0)));
    assert_eq!(ledger.post(&[post_of(51, 20, 20)]), [TransferStatus::PendingAlreadyPosted]);
}

#[test]
fn a_reversal_brings_both_accounts_back_and_happens_once() {
    let mut ledger = ledger();
    let (before_a, before_b) = (ledger.balance(id(A)), ledger.balance(id(B)));
    let wrong = transfer(60, A, B, 16_800);
    let undone = wrong.reversed(day("2022-10-05"));
    let expect = [TransferStatus::Created, TransferStatus::Created, TransferStatus::Exists];
    assert_eq!(ledger.post(&[wrong, undone, undone]), expect);
    assert_eq!(ledger.balance(id(A)).net_debit(), before_a.net_debit());
    assert_eq!(ledger.balance(id(B)).net_debit(), before_b.net_debit());
    assert_eq!(undone.document, Document::Transfer(wrong.id));
}

#[test]
fn a_batch_that_stands_together_falls_together() {
    let ledger = ledger();
    let batch = [transfer(30, A, B, 1), transfer(31, BUDGET, B, 101)];
    let refused = post_all(&ledger.snapshot, &batch).map(|posting| posting.statuses);
    assert_eq!(refused, Err(vec![TransferStatus::Created, TransferStatus::WouldExceedCredits]));
}

#[test]
fn names_are_read_back() {
    for status in TransferStatus::ALL {
        assert_eq!(TransferStatus::from_name(status.name()), Some(*status));
    }
    for code in TransferCode::ALL {
        assert_eq!(TransferCode::from_name(code.name()), Some(*code));
    }
    for kind in AccountKind::ALL {
        assert_eq!(AccountKind::from_name(kind.name()), Some(kind));
    }
    for limit in BalanceLimit::ALL {
        assert_eq!(BalanceLimit::from_name(limit.name()), Some(limit));
    }
    for kind in [
        TransferKind::Posted,
        TransferKind::Pending,
        TransferKind::PostOf(id(3)),
        TransferKind::VoidOf(id(3)),
    ] {
        assert_eq!(TransferKind::from_parts(kind.name(), kind.pending()), Some(kind));
    }
    assert_eq!(TransferKind::from_parts("post-of", None), None);
    for document in [
        Document::Fund(id(3)),
        Document::Proposal(id(3)),
        Document::Bill(id(3)),
        Document::Membership(id(3)),
        Document::StatementLine(id(3)),
        Document::Transfer(id(3)),
    ] {
        let (name, bytes) = document.parts();
        assert_eq!(Document::from_parts(name, bytes), Some(document));
    }
}

#[test]
fn a_fund_has_its_ceiling_in_the_ledger_once() {
    let (fund, programme) = (fund(1_650_000_000), programme());
    let mut ledger = MemoryLedger::open(&fund, &programme);
    let grant = appropriate(&fund, day("2022-09-01"));
    let expect = [TransferStatus::Created, TransferStatus::Exists];
    assert_eq!(ledger.post(&[grant, grant]), expect);
    let left = ledger.balance(Books::of(&programme).appropriation).free_credit();
    assert_eq!(left, Rupiah(1_650_000_000));
    let codes: Vec<Box<str>> = fund_accounts(&fund).into_iter().map(|a| a.code).collect();
    assert_eq!(codes[1].as_ref(), "appropriation.apbdp-2022");
}

#[test]
fn what_a_bill_does_not_need_goes_back_to_the_fund() {
    // 3 people bound for 50,400; one died, so that 16,800 go back and no more than 33,600 remain.
    let (fund, programme) = (fund(60_000), programme());
    let mut ledger = MemoryLedger::open(&fund, &programme);
    let day = day("2022-11-01");
    let bound = chart::commit(&programme, id(7), Rupiah(50_400), day);
    let back = chart::release(&programme, id(8), Rupiah(16_800), day);
    let expect = [TransferStatus::Created, TransferStatus::Created, TransferStatus::Created];
    assert_eq!(ledger.post(&[appropriate(&fund, day), bound, back]), expect);
    let books = Books::of(&programme);
    assert_eq!(ledger.balance(books.appropriation).free_credit(), Rupiah(26_400));
    assert_eq!(ledger.balance(books.commitment).free_credit(), Rupiah(33_600));
    let more = chart::release(&programme, id(9), Rupiah(33_601), day);
    assert_eq!(ledger.post(&[more]), [TransferStatus::WouldExceedCredits]);
}

/// What a random batch is made of: small numbers, so that ids, accounts and promises meet often.
fn any_transfer() -> impl Strategy<Value = Transfer> {
    let kind = prop_oneof![
        3 => Just(TransferKind::Posted),
        4 => Just(TransferKind::Pending),
        3 => (100u128..140).prop_map(|of| TransferKind::PostOf(id(of))),
        2 => (100u128..140).prop_map(|of| TransferKind::VoidOf(id(of))),
    ];
    (100u128..140, 1u128..=4, 1u128..=4, -1i64..40, kind).prop_map(
        |(number, debit, credit, amount, kind)| Transfer {
            kind,
            ..transfer(number, debit, credit, amount)
        },
    )
}

/// A model of the ledger without any index: it looks through everything it has accepted.
#[derive(Default)]
struct Naive(Vec<Transfer>);

impl Naive {
    fn sums(&self, account: u128) -> [i64; 4] {
        let open = |t: &Transfer| !self.0.iter().any(|other| other.kind.pending() == Some(t.id));
        let mut sums = [0; 4];
        for t in &self.0 {
            let slot = match t.kind {
                TransferKind::Pending if open(t) => 0,
                TransferKind::Posted | TransferKind::PostOf(_) => 2,
                _ => continue,
            };
            sums[slot] += if t.debit == id(account) { t.amount.0 } else { 0 };
            sums[slot + 1] += if t.credit == id(account) { t.amount.0 } else { 0 };
        }
        sums
    }

    fn accepts(&self, t: &Transfer) -> bool {
        let of = |number| self.0.iter().find(|other| other.id == number);
        if of(t.id).is_some() || t.amount.0 <= 0 || t.debit == t.credit {
            return false;
        }
        if let Some(promise) = t.kind.pending() {
            let Some(p) = of(promise).filter(|p| p.kind == TransferKind::Pending) else {
                return false;
            };
            let open = !self.0.iter().any(|other| other.kind.pending() == Some(promise));
            let sides = p.debit == t.debit && p.credit == t.credit;
            let whole = t.amount == p.amount
                || matches!(t.kind, TransferKind::PostOf(_)) && t.amount < p.amount;
            return open && sides && whole;
        }
        let [pending, _, posted, credits] = self.sums(BUDGET);
        let budget = t.debit != id(BUDGET) || pending + posted + t.amount.0 <= credits;
        let [_, pending, debits, posted] = self.sums(BOX);
        let cash = t.credit != id(BOX) || pending + posted + t.amount.0 <= debits;
        budget && cash
    }
}

fn empty_ledger() -> MemoryLedger {
    let mut ledger = ledger();
    ledger.snapshot.transfers.clear();
    ledger.snapshot.accounts.values_mut().for_each(|(_, balance)| *balance = Balance::default());
    ledger
}

proptest! {
    #[test]
    fn any_batch_keeps_the_books(batch in prop::collection::vec(any_transfer(), 1..120)) {
        let mut ledger = empty_ledger();
        let mut naive = Naive::default();
        let statuses = ledger.post(&batch);
        for (t, status) in batch.iter().zip(&statuses) {
            let accepts = naive.accepts(t);
            prop_assert_eq!(accepts, *status == TransferStatus::Created, "{:?} {:?}", t, status);
            if accepts {
                naive.0.push(*t);
            }
        }
        ledger.check();
        for number in 1..=4 {
            let kept = ledger.balance(id(number));
            let sums = [
                kept.debits_pending, kept.credits_pending, kept.debits_posted, kept.credits_posted,
            ];
            prop_assert_eq!(sums.map(|sum| sum.0), naive.sums(number));
            prop_assert!(sums.iter().all(|sum| *sum >= Rupiah::ZERO));
        }
        prop_assert!(ledger.balance(id(BUDGET)).free_credit() >= Rupiah::ZERO);
    }

    #[test]
    fn a_replay_is_a_no_op(
        batch in prop::collection::vec(any_transfer(), 1..80), cut in 0usize..80,
    ) {
        let mut ledger = empty_ledger();
        let statuses = ledger.post(&batch);
        let answered = batch.iter().zip(statuses);
        let accepted = answered.filter(|(_, status)| *status == TransferStatus::Created);
        let accepted: Vec<Transfer> = accepted.map(|(t, _)| *t).collect();
        let (accounts, transfers) =
            (ledger.snapshot.accounts.clone(), ledger.snapshot.transfers.clone());
        // The retry begins anywhere: the answer to the first attempt may have been lost half way.
        let again = &accepted[cut.min(accepted.len())..];
        prop_assert!(ledger.post(again).iter().all(|status| *status == TransferStatus::Exists));
        prop_assert_eq!(&ledger.snapshot.accounts, &accounts);
        prop_assert_eq!(&ledger.snapshot.transfers, &transfers);
    }

    #[test]
    fn cutting_a_batch_in_two_changes_nothing(
        batch in prop::collection::vec(any_transfer(), 1..80), cut in 0usize..80,
    ) {
        let cut = cut.min(batch.len());
        let (mut whole, mut parts) = (empty_ledger(), empty_ledger());
        let at_once = whole.post(&batch);
        let mut in_two = parts.post(&batch[..cut]);
        in_two.extend(parts.post(&batch[cut..]));
        prop_assert_eq!(at_once, in_two);
        prop_assert_eq!(&whole.snapshot.accounts, &parts.snapshot.accounts);
        prop_assert_eq!(&whole.snapshot.transfers, &parts.snapshot.transfers);
    }
}
