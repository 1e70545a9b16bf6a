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
        origin: Origin::default(),
    }
}

/// The reversal of the transfer of a number, as it was made in [`ledger`].
fn reversal(number: u128, amount: i64) -> Transfer {
    transfer(number, A, B, amount).reversed(day("2022-10-02"))
}

fn of_one_person() -> Origin {
    Origin { rulebook: None, maker: Some(id(8)), checker: Some(id(8)) }
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
        transfer(12, A, B, 7),
        transfer(13, A, B, 9),
        reversal(13, 9),
    ];
    assert!(ledger.post(&before).iter().all(|status| *status == TransferStatus::Created));
    ledger.snapshot.closed_until = Some(day("2022-09-30"));
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
        (S::MakerIsChecker, transfer(30, A, B, 1).by(of_one_person())),
        (S::PeriodClosed, Transfer { day: day("2022-09-30"), ..transfer(30, A, B, 1) }),
        (S::UnknownDebitAccount, transfer(30, NOWHERE, B, 1)),
        (S::UnknownCreditAccount, transfer(30, A, NOWHERE, 1)),
        (S::ReversalNotAtOnce, Transfer { kind: TransferKind::Pending, ..reversal(12, 7) }),
        (S::ReversalWithoutTransfer, Transfer { document: base.document, ..reversal(12, 7) }),
        (S::ReversedNotFound, reversal(98, 7)),
        (S::ReversedIsReversal, reversal(13, 9).reversed(base.day)),
        (S::ReversedNotMoved, reversal(20, 30)),
        (S::ReversedDifferently, Transfer { amount: Rupiah(6), ..reversal(12, 7) }),
        (S::ReversalIdDiffers, Transfer { id: id(30), ..reversal(12, 7) }),
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

/// Every fault that a transfer has, each looked for by itself and in no order.
fn faults(snapshot: &LedgerSnapshot, t: &Transfer) -> Vec<TransferStatus> {
    use TransferStatus as S;
    let mut found = Vec::new();
    let mut add = |holds: bool, status: TransferStatus| found.extend(holds.then_some(status));
    let known = |id| snapshot.transfers.get(&id);
    if let Some((e, _)) = known(t.id) {
        add(e.kind != t.kind, S::ExistsWithDifferentKind);
        add(e.debit != t.debit, S::ExistsWithDifferentDebitAccount);
        add(e.credit != t.credit, S::ExistsWithDifferentCreditAccount);
        add(e.amount != t.amount, S::ExistsWithDifferentAmount);
        add(e.code != t.code, S::ExistsWithDifferentCode);
        add(e.document != t.document, S::ExistsWithDifferentDocument);
        add(e.month != t.month, S::ExistsWithDifferentMonth);
        add(e.day != t.day, S::ExistsWithDifferentDay);
        add(true, S::Exists);
    }
    add(t.amount.0 < 1, S::AmountNotPositive);
    add(t.debit == t.credit, S::SameAccounts);
    add(t.origin == of_one_person(), S::MakerIsChecker);
    add(t.day.as_number() <= 20_220_930, S::PeriodClosed);
    let (debit, credit) = (snapshot.accounts.get(&t.debit), snapshot.accounts.get(&t.credit));
    add(debit.is_none(), S::UnknownDebitAccount);
    add(credit.is_none(), S::UnknownCreditAccount);
    if t.code == TransferCode::Reversal {
        add(t.kind != TransferKind::Posted, S::ReversalNotAtOnce);
        let Document::Transfer(of) = t.document else {
            add(true, S::ReversalWithoutTransfer);
            return rest(found, snapshot, t);
        };
        add(t.id != Transfer::reversal_id(of), S::ReversalIdDiffers);
        add(known(of).is_none(), S::ReversedNotFound);
        if let Some((u, _)) = known(of) {
            add(u.code == TransferCode::Reversal, S::ReversedIsReversal);
            add(u.kind == TransferKind::Pending, S::ReversedNotMoved);
            let swapped = u.debit == t.credit && u.credit == t.debit;
            let same = u.amount == t.amount && u.month == t.month;
            add(!swapped || !same, S::ReversedDifferently);
        }
    }
    rest(found, snapshot, t)
}

/// The faults of promises, sums and limits.
fn rest(
    mut found: Vec<TransferStatus>,
    snapshot: &LedgerSnapshot,
    t: &Transfer,
) -> Vec<TransferStatus> {
    use TransferStatus as S;
    let mut add = |holds: bool, status: TransferStatus| found.extend(holds.then_some(status));
    let (debit, credit) = (snapshot.accounts.get(&t.debit), snapshot.accounts.get(&t.credit));
    let Some(of) = t.kind.pending() else {
        let amount = i128::from(t.amount.0);
        let all = |one: Rupiah, other: Rupiah| i128::from(one.0) + i128::from(other.0) + amount;
        if let Some((account, b)) = debit {
            let sum = all(b.debits_pending, b.debits_posted);
            add(sum > i128::from(i64::MAX), S::OverflowsDebitAccount);
            let limited = account.limit == BalanceLimit::DebitsWithinCredits;
            add(limited && sum > i128::from(b.credits_posted.0), S::WouldExceedCredits);
        }
        if let Some((account, b)) = credit {
            let sum = all(b.credits_pending, b.credits_posted);
            add(sum > i128::from(i64::MAX), S::OverflowsCreditAccount);
            let limited = account.limit == BalanceLimit::CreditsWithinDebits;
            add(limited && sum > i128::from(b.debits_posted.0), S::WouldExceedDebits);
        }
        return found;
    };
    let Some((p, resolution)) = snapshot.transfers.get(&of) else {
        add(true, S::PendingNotFound);
        return found;
    };
    let posts = matches!(t.kind, TransferKind::PostOf(_));
    add(p.kind != TransferKind::Pending, S::PendingNotPending);
    add(p.debit != t.debit, S::PendingHasDifferentDebitAccount);
    add(p.credit != t.credit, S::PendingHasDifferentCreditAccount);
    add(p.code != t.code, S::PendingHasDifferentCode);
    add(posts && t.amount > p.amount, S::ExceedsPendingAmount);
    add(!posts && t.amount != p.amount, S::PendingHasDifferentAmount);
    add(*resolution == Resolution::Posted, S::PendingAlreadyPosted);
    add(*resolution == Resolution::Voided, S::PendingAlreadyVoided);
    found
}

/// Transfers with every mixture of faults that the parts below make.
fn mixtures() -> Vec<Transfer> {
    let codes = [
        (TransferCode::Suspense, Document::Bill(id(77)), None),
        (TransferCode::Suspense, Document::Fund(id(77)), None),
        (TransferCode::Suspense, Document::Bill(id(77)), Some(month("2022-10"))),
        (TransferCode::Payment, Document::Fund(id(77)), Some(month("2022-10"))),
        (TransferCode::Reversal, Document::Bill(id(77)), None),
        (TransferCode::Reversal, Document::Transfer(id(98)), None),
        (TransferCode::Reversal, Document::Transfer(id(20)), None),
        (TransferCode::Reversal, Document::Transfer(id(12)), None),
        (TransferCode::Reversal, Document::Transfer(Transfer::reversal_id(id(13))), None),
    ];
    let kinds = [
        TransferKind::Posted,
        TransferKind::Pending,
        TransferKind::PostOf(id(98)),
        TransferKind::PostOf(id(11)),
        TransferKind::PostOf(id(20)),
        TransferKind::PostOf(id(21)),
        TransferKind::PostOf(id(23)),
        TransferKind::VoidOf(id(20)),
    ];
    let mut all = vec![transfer(30, A, B, 1)];
    let mut vary = |change: &dyn Fn(&Transfer) -> Vec<Transfer>| {
        all = all.iter().flat_map(change).collect();
    };
    let ids = [id(30), id(11), Transfer::reversal_id(id(12))];
    vary(&|t| ids.map(|id| Transfer { id, ..*t }).to_vec());
    vary(&|t| [A, B, BUDGET, FULL, NOWHERE].map(|d| Transfer { debit: id(d), ..*t }).to_vec());
    vary(&|t| [B, A, BOX, FULL, NOWHERE].map(|c| Transfer { credit: id(c), ..*t }).to_vec());
    vary(&|t| [0, 7, 50, 101].map(|n| Transfer { amount: Rupiah(n), ..*t }).to_vec());
    vary(&|t| kinds.map(|kind| Transfer { kind, ..*t }).to_vec());
    vary(&|t| {
        codes.map(|(code, document, month)| Transfer { code, document, month, ..*t }).to_vec()
    });
    vary(&|t| {
        let closed = Transfer { day: day("2022-09-30"), ..*t };
        vec![*t, closed, closed.by(of_one_person())]
    });
    all
}

#[test]
fn of_any_two_faults_the_earlier_is_answered() {
    let ledger = ledger();
    let place = |status: TransferStatus| {
        TransferStatus::ALL.iter().position(|known| *known == status).expect("published")
    };
    let mut answered = HashSet::new();
    let mut behind = HashSet::new();
    for t in mixtures() {
        let mut found = faults(&ledger.snapshot, &t);
        found.sort_by_key(|status| place(*status));
        let expect = found.first().copied().unwrap_or(TransferStatus::Created);
        assert_eq!(post(&ledger.snapshot, &[t]).statuses, [expect], "{found:?} {t:?}");
        answered.insert(expect);
        behind.extend(found.iter().skip(1).copied());
    }
    for status in TransferStatus::ALL {
        assert!(answered.contains(status), "{} was never the answer", status.name());
        // The first has nothing before it, and the last is what is left without a fault.
        let ends = [TransferStatus::ExistsWithDifferentKind, TransferStatus::Created];
        let met = behind.contains(status) || ends.contains(status);
        assert!(met, "{} was never behind an earlier fault", status.name());
    }
}

#[test]
fn the_published_order_is_that_of_the_type() {
    let published = include_str!("../../../../docs/formats/buku-besar.md");
    let rows = published.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(". `"));
    let rows = rows.filter_map(|(number, rest)| {
        Some((number.parse::<usize>().ok()?, rest.split_once('`')?.0))
    });
    let expect = (1..).zip(TransferStatus::ALL.iter().map(|status| status.name()));
    assert!(rows.eq(expect), "docs/formats/buku-besar.md lists every status in its order");
}

#[test]
fn a_closed_period_takes_nothing_more_and_a_repeat_is_still_a_repeat() {
    let mut ledger = ledger();
    ledger.snapshot.closed_until = Some(day("2022-10-31"));
    let late = transfer(30, A, B, 1);
    assert_eq!(ledger.post(&[late]), [TransferStatus::PeriodClosed]);
    assert_eq!(ledger.post(&[transfer(11, A, B, 50)]), [TransferStatus::Exists]);
    // The same by another person is a repeat too.
    let other = Origin { maker: Some(id(9)), ..Origin::default() };
    assert_eq!(ledger.post(&[transfer(11, A, B, 50).by(other)]), [TransferStatus::Exists]);
    let after = Transfer { day: day("2022-11-01"), ..late };
    assert_eq!(ledger.post(&[after]), [TransferStatus::Created]);
}

#[test]
fn an_origin_is_kept_once_under_its_own_name() {
    let origin = Origin { maker: Some(id(8)), ..Origin::default() };
    assert_eq!(Origin::default().id(), None);
    assert_eq!(origin.id(), Origin { maker: Some(id(8)), ..Origin::default() }.id());
    let swapped = Origin { checker: Some(id(8)), ..Origin::default() };
    assert_ne!(origin.id(), swapped.id());
    assert!(!origin.is_of_one() && of_one_person().is_of_one());
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
    // 100 to the budget, 50, 30, 7 and 9 before, 10 now; nothing is promised any more.
    assert_eq!((balance.debits_posted, balance.debits_pending), (Rupiah(206), Rupiah(0)));
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
        Document::Voucher(id(3)),
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
