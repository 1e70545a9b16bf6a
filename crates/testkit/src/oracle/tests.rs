//! The real ledger beside the plain one: random operations of every kind, equal answers, equal sums.
//!
//! `PAYUNG_LEDGER_OPERATIONS` says how many (see `cargo xtask ledger`), `PAYUNG_LEDGER_SEED` where
//! they begin; both are printed.

use std::collections::HashMap;

use base::{Month, Rupiah};
use domain::ledger::period::{PeriodAct, PeriodStep, StepState, SumsByAccount, totals};
use domain::ledger::{
    Account, AccountKind, Balance, LedgerSnapshot, Origin, Posting, Resolution, post, post_all,
    recomputed,
};
use proptest::prelude::*;
use store::audit::AuditLine;
use store::orgs::User;
use store::twin::both;
use store::{Store, StoreError};

use super::*;

const OPERATIONS: u64 = 20_000;

/// A source of numbers that a seed decides: SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    fn one_in(&mut self, chances: u64) -> bool {
        self.below(chances) == 0
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

fn id<K>(number: u64) -> Id<K> {
    Id::from_bytes(u128::from(number).to_be_bytes())
}

/// Eight accounts: three free, three that may not exceed their credits, two that may not exceed
/// their debits.
fn accounts() -> Vec<Account> {
    let limit = |number: u64| match number {
        1..=3 => BalanceLimit::None,
        4..=6 => BalanceLimit::DebitsWithinCredits,
        _ => BalanceLimit::CreditsWithinDebits,
    };
    let account = |number: u64| Account {
        id: id(number),
        code: format!("akun-{number}").into(),
        kind: AccountKind::Asset,
        limit: limit(number),
    };
    (1..=8).map(account).collect()
}

/// What is done next.
#[derive(Debug, Clone)]
enum Operation {
    /// Transfers each by itself.
    Post(Vec<Transfer>),
    /// Transfers that stand or fall together.
    Linked(Vec<Transfer>),
    /// The month before this day's is closed, or the last closed one opened again.
    Close(Day),
    Reopen,
}

/// Makes operations that meet each other often: recent ids, few accounts, a day that walks on.
struct Maker {
    dice: Dice,
    today: Day,
    next: u64,
    recent: Vec<Transfer>,
}

impl Maker {
    fn new(seed: u64) -> Maker {
        let today = Day::new(2022, 1, 20).expect("a day");
        Maker { dice: Dice(seed), today, next: 100, recent: Vec::new() }
    }

    fn operation(&mut self) -> Operation {
        if self.dice.one_in(40) {
            self.today = self.today.plus_days(1);
        }
        match self.dice.below(1_000) {
            0..=2 => Operation::Close(self.today),
            3 => Operation::Reopen,
            4..=120 => {
                let count = 2 + self.dice.below(5);
                Operation::Linked((0..count).map(|_| self.transfer()).collect())
            }
            121..=160 => {
                let count = 1 + self.dice.below(20);
                Operation::Post((0..count).map(|_| self.transfer()).collect())
            }
            _ => Operation::Post(vec![self.transfer()]),
        }
    }

    fn transfer(&mut self) -> Transfer {
        let made = match self.dice.below(10) {
            0 | 1 if !self.recent.is_empty() => self.about_promise(),
            2 if !self.recent.is_empty() => self.reversal(),
            3 if !self.recent.is_empty() => self.again(),
            _ => self.fresh(),
        };
        let made = if self.dice.one_in(25) { self.spoiled(made) } else { made };
        self.remember(made);
        made
    }

    fn remember(&mut self, made: Transfer) {
        match self.recent.len() < 400 {
            true => self.recent.push(made),
            false => {
                let at = self.dice.below(400) as usize;
                self.recent[at] = made;
            }
        }
    }

    fn some_recent(&mut self) -> Transfer {
        let at = self.dice.below(self.recent.len() as u64) as usize;
        self.recent[at]
    }

    fn day(&mut self) -> Day {
        self.today.plus_days(3 - self.dice.below(25) as i32)
    }

    fn fresh(&mut self) -> Transfer {
        self.next += 1;
        // Money comes into the limited accounts more often than it goes out of them.
        let debit = self.dice.pick(&[1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8]);
        let credit = self.dice.pick(&[1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 8]);
        let kind = match self.dice.below(5) {
            0 | 1 => TransferKind::Pending,
            _ => TransferKind::Posted,
        };
        let huge = self.dice.one_in(300);
        let amount = if huge { i64::MAX / 3 } else { 1 + self.dice.below(50_000) as i64 };
        Transfer {
            id: id(self.next),
            debit: id(debit),
            credit: id(credit),
            amount: Rupiah(amount),
            code: self.dice.pick(&[TransferCode::Adjustment, TransferCode::Suspense]),
            kind,
            document: Document::Bill(id(self.dice.below(3))),
            month: Month::new(2022, 1 + self.dice.below(3) as i32),
            day: self.day(),
            origin: Origin { maker: Some(id(51)), checker: Some(id(52)), rulebook: None },
        }
    }

    fn about_promise(&mut self) -> Transfer {
        let promise = self.some_recent();
        let day = self.day();
        let made = match self.dice.below(3) {
            0 => promise.taken_back(day),
            _ => promise.kept(day),
        };
        match self.dice.below(4) {
            // In part, or more than was promised, under an id of its own.
            0 => {
                self.next += 1;
                let amount = Rupiah(1 + self.dice.below(60_000) as i64);
                Transfer { id: id(self.next), amount, ..made }
            }
            _ => made,
        }
    }

    fn reversal(&mut self) -> Transfer {
        let (undone, day) = (self.some_recent(), self.day());
        undone.reversed(day)
    }

    /// What was asked before, by somebody else, or with another word in it.
    fn again(&mut self) -> Transfer {
        let before = self.some_recent();
        let origin = Origin { maker: Some(id(53)), ..Origin::default() };
        match self.dice.one_in(2) {
            true => before.by(origin),
            false => self.spoiled(before),
        }
    }

    /// With one thing other than it should be.
    fn spoiled(&mut self, made: Transfer) -> Transfer {
        self.next += 1;
        let other = id(1 + self.dice.below(8));
        match self.dice.below(14) {
            0 => Transfer { amount: Rupiah(-1), ..made },
            1 => Transfer { credit: made.debit, ..made },
            2 => Transfer { debit: id(99), ..made },
            3 => Transfer { credit: id(99), ..made },
            4 => made.by(Origin { maker: Some(id(51)), checker: Some(id(51)), rulebook: None }),
            5 => Transfer { day: self.today.plus_days(-60), ..made },
            6 => Transfer { code: TransferCode::Reversal, ..made },
            7 => Transfer { document: Document::Transfer(id(self.next)), ..made },
            8 => Transfer { kind: TransferKind::PostOf(id(self.next + 50)), ..made },
            9 => Transfer { id: id(self.next), ..made },
            10 => Transfer { debit: other, ..made },
            11 => Transfer { credit: other, ..made },
            12 => Transfer { code: TransferCode::Payment, ..made },
            _ => Transfer { month: None, ..made },
        }
    }
}

/// The real ledger, kept in memory as the store keeps it.
#[derive(Default)]
struct Real {
    snapshot: LedgerSnapshot,
    closed: Vec<Day>,
}

impl Real {
    fn new() -> Real {
        let mut real = Real::default();
        for account in accounts() {
            real.snapshot.accounts.insert(account.id, (account, Balance::default()));
        }
        real
    }

    fn apply(&mut self, posting: &Posting) {
        for entry in &posting.entries {
            let transfer = *entry.transfer();
            self.snapshot.transfers.insert(transfer.id, (transfer, Resolution::Open));
        }
        for (account, balance) in &posting.balances {
            self.snapshot.accounts.get_mut(account).expect("known").1 = *balance;
        }
        for (pending, resolution) in &posting.resolved {
            self.snapshot.transfers.get_mut(pending).expect("known").1 = *resolution;
        }
    }
}

/// Does an operation on both; the answers must be equal, and are given back.
fn both_answer(real: &mut Real, oracle: &mut Oracle, operation: &Operation) -> Vec<S> {
    match operation {
        Operation::Post(batch) => {
            let posting = post(&real.snapshot, batch);
            let answers: Vec<S> = batch.iter().map(|t| oracle.ask(t)).collect();
            assert_eq!(posting.statuses, answers, "{batch:?}");
            real.apply(&posting);
            answers
        }
        Operation::Linked(batch) => {
            let answers = oracle.ask_all(batch);
            match post_all(&real.snapshot, batch) {
                Ok(posting) => {
                    assert_eq!(posting.statuses, answers, "{batch:?}");
                    real.apply(&posting);
                }
                Err(statuses) => assert_eq!(statuses, answers, "{batch:?}"),
            }
            answers
        }
        Operation::Close(today) => {
            let last = today.month_of().plus(-1).last_day();
            if real.closed.last().is_none_or(|closed| *closed < last) {
                real.closed.push(last);
            }
            real.snapshot.closed_until = real.closed.last().copied();
            oracle.closed_until = real.closed.last().copied();
            Vec::new()
        }
        Operation::Reopen => {
            real.closed.pop();
            real.snapshot.closed_until = real.closed.last().copied();
            oracle.closed_until = real.closed.last().copied();
            Vec::new()
        }
    }
}

fn equal_sums(accounts: impl Iterator<Item = (Id<kind::Account>, Balance)>, oracle: &Oracle) {
    let kept: HashMap<_, _> = accounts.collect();
    let mut total = [0i128; 4];
    for (id, sums) in oracle.sums() {
        let balance = kept[&id];
        let found = [
            balance.debits_pending,
            balance.credits_pending,
            balance.debits_posted,
            balance.credits_posted,
        ];
        assert_eq!(found.map(|sum| i128::from(sum.0)), sums, "{id}");
        total = std::array::from_fn(|at| total[at] + sums[at]);
    }
    assert_eq!((total[0], total[2]), (total[1], total[3]), "debits are credits");
}

fn in_memory(real: &Real) -> impl Iterator<Item = (Id<kind::Account>, Balance)> {
    real.snapshot.accounts.iter().map(|(id, (_, balance))| (*id, *balance))
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn random_operations_are_answered_alike() {
    let (wanted, seed) =
        (setting("PAYUNG_LEDGER_OPERATIONS", OPERATIONS), setting("PAYUNG_LEDGER_SEED", 7));
    println!("{wanted} operations from seed {seed}");
    let (mut maker, mut real, mut oracle) = (Maker::new(seed), Real::new(), Oracle::default());
    accounts().into_iter().for_each(|account| oracle.open(account.id, account.limit));
    let (mut answers, begun) = (HashMap::<S, u64>::new(), std::time::Instant::now());
    for number in 0..wanted {
        let operation = maker.operation();
        for status in both_answer(&mut real, &mut oracle, &operation) {
            *answers.entry(status).or_default() += 1;
        }
        if number % 1_000 == 0 {
            equal_sums(in_memory(&real), &oracle);
        }
    }
    equal_sums(in_memory(&real), &oracle);
    // Added up anew from the transfers, and every reversal has brought its two sides back.
    let transfers = || real.snapshot.transfers.values().map(|(transfer, _)| transfer);
    let anew = recomputed(transfers()).expect("fits");
    let anew = in_memory(&real).map(|(id, _)| (id, anew.get(&id).copied().unwrap_or_default()));
    equal_sums(anew, &oracle);
    let mut undone = 0;
    for reversal in transfers().filter(|transfer| transfer.undoes().is_some()) {
        let of = reversal.undoes().expect("filtered");
        let (original, _) = real.snapshot.transfers[&of];
        assert_eq!(original.reversed(reversal.day).by(reversal.origin), *reversal);
        undone += 1;
    }
    for status in S::ALL {
        println!("{:>9}  {}", answers.get(status).copied().unwrap_or(0), status.name());
    }
    let seconds = begun.elapsed().as_secs();
    let accepted = transfers().count();
    println!("{accepted} transfers, {undone} reversals, {seconds} s");
    for status in S::ALL {
        assert!(answers.contains_key(status), "{} was never answered", status.name());
    }
}

proptest! {
    /// Short journeys from any seed, so that a difference is found at its smallest.
    #[test]
    fn any_short_journey_is_answered_alike(seed in any::<u64>(), length in 1usize..60) {
        let (mut maker, mut real, mut oracle) = (Maker::new(seed), Real::new(), Oracle::default());
        accounts().into_iter().for_each(|account| oracle.open(account.id, account.limit));
        for _ in 0..length {
            let operation = maker.operation();
            both_answer(&mut real, &mut oracle, &operation);
        }
        equal_sums(in_memory(&real), &oracle);
    }
}

fn line(number: u64) -> AuditLine {
    AuditLine {
        id: u128::from(number).to_be_bytes(),
        salt: [1; 16],
        at_ms: number as i64,
        actor: None,
        act: "tried".into(),
        object_kind: "transfer".into(),
        object: None,
        count: None,
        reason: None,
    }
}

/// What the register answers to an operation, and keeps.
fn kept(store: &Store, number: u64, operation: &Operation) -> Result<Vec<S>, StoreError> {
    store.write(|tx| {
        let (batch, linked) = match operation {
            Operation::Post(batch) => (batch, false),
            Operation::Linked(batch) => (batch, true),
            Operation::Close(_) | Operation::Reopen => return Ok(Vec::new()),
        };
        let snapshot = store::ledger::snapshot(tx, batch)?;
        let decided = match linked {
            true => post_all(&snapshot, batch),
            false => Ok(post(&snapshot, batch)),
        };
        match decided {
            Ok(posting) => {
                store::ledger::apply(tx, &posting)?;
                if !posting.entries.is_empty() {
                    store::audit::append(tx, &line(number))?;
                }
                Ok(posting.statuses)
            }
            Err(statuses) => Ok(statuses),
        }
    })
}

/// Closes a month in the register, or opens the last closed one.
fn step(store: &Store, number: u64, month: Month, act: PeriodAct) -> Result<(), StoreError> {
    store.write(|tx| {
        let days = (month.first_day(), month.last_day());
        let transfers = store::ledger::of_days(tx, days)?;
        let sums = totals(month, &SumsByAccount::new(), transfers).expect("fits");
        let step = PeriodStep {
            id: id(number),
            month,
            act,
            reason: "".into(),
            hash: sums.hash,
            transfers: sums.transfers,
            moved: sums.moved,
            made_by: id(51),
            made_at_ms: number as i64,
            checked_by: Some(id(52)),
            second_by: Some(id(53)),
            state: StepState::Proposed,
        };
        store::ledger::period::insert_step(tx, &step)?;
        let step = PeriodStep { state: StepState::Approved, ..step };
        store::ledger::period::set_state(tx, &step)?;
        match act {
            PeriodAct::Close => store::ledger::period::close(tx, &step, &sums.closing)?,
            PeriodAct::Reopen => store::ledger::period::reopen(tx, &step)?,
        }
        store::audit::append(tx, &line(number))
    })
}

#[test]
fn the_register_answers_as_the_oracle_does() {
    both(|store| {
        store
            .write(|tx| {
                for number in 51..=53 {
                    store::orgs::insert_user(tx, &User::new(id(number), &format!("p-{number}")))?;
                }
                store::ledger::open_accounts(tx, &accounts())?;
                store::audit::append(tx, &line(1))
            })
            .expect("opens");
        let (mut maker, mut oracle) = (Maker::new(11), Oracle::default());
        accounts().into_iter().for_each(|account| oracle.open(account.id, account.limit));
        let mut closed: Vec<Month> = Vec::new();
        for number in 1_000..1_600 {
            let operation = maker.operation();
            match &operation {
                Operation::Post(batch) => {
                    let answers: Vec<S> = batch.iter().map(|t| oracle.ask(t)).collect();
                    assert_eq!(kept(store, number, &operation), Ok(answers));
                }
                Operation::Linked(batch) => {
                    let answers = oracle.ask_all(batch);
                    assert_eq!(kept(store, number, &operation), Ok(answers));
                }
                Operation::Close(today) => {
                    let month = today.month_of().plus(-1);
                    if closed.last().is_none_or(|last| *last < month) {
                        step(store, number, month, PeriodAct::Close).expect("closes");
                        closed.push(month);
                    }
                }
                Operation::Reopen => {
                    if let Some(month) = closed.pop() {
                        step(store, number, month, PeriodAct::Reopen).expect("opens");
                    }
                }
            }
            oracle.closed_until = closed.last().map(|month| month.last_day());
        }
        let found = store.read(store::ledger::accounts).expect("reads");
        equal_sums(found.into_iter().map(|(account, balance)| (account.id, balance)), &oracle);
    });
}
