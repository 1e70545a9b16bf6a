//! What the books show: the trial balance of some months, the statement of an account, entries with
//! what stands behind them.
//!
//! Sums begin at the newest closed month before what is asked for: what stood at its end is kept.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::coverage::known::scheme_of_contribution;
use domain::ledger::mapping::AccountTitle;
use domain::ledger::period::{Sums, SumsByAccount, closed_until};
use domain::ledger::voucher::check_reversal;
pub use domain::ledger::{
    Account, AccountKind, Balance, Document, Origin, Resolution, Transfer, TransferCode,
    TransferKind,
};
use rules::Scheme;
use store::Tx;
pub use store::ledger::voucher::VoucherRecord;

use super::names::Names;
use super::too_much;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::prints::hex;

/// An account as people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountShown {
    /// The account.
    pub account: Account,
    /// The office's code and name.
    pub title: AccountTitle,
    /// What it is for, by its stable name.
    pub role: &'static str,
    /// The fund or programme whose it is, by code.
    pub owner: Box<str>,
}

/// Where a document is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leads {
    /// A fund, by code.
    Fund(Box<str>),
    /// A programme, by code.
    Programme(Box<str>),
    /// A bill, and its programme's code.
    Bill(Id<kind::Bill>, Box<str>),
    /// A member of a programme.
    Member(Box<str>, Option<Id<kind::Person>>),
    /// A line of a bank statement.
    Bank(Id<kind::StatementLine>),
    /// Another transfer.
    Transfer(Id<kind::Transfer>),
    /// Nothing but what stands there.
    Nowhere,
}

/// A document as people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentShown {
    /// Which kind of record.
    pub kind: &'static str,
    /// What it is called.
    pub text: String,
    /// Where it is to be seen.
    pub leads: Leads,
}

/// A transfer with everything that stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryShown {
    /// The transfer.
    pub transfer: Transfer,
    /// The account debited.
    pub debit: AccountShown,
    /// The account credited.
    pub credit: AccountShown,
    /// The record behind it.
    pub document: DocumentShown,
    /// Who made it; empty for transfers of before.
    pub maker: Box<str>,
    /// Who approved it or the list that it follows from; empty where nobody did.
    pub checker: Box<str>,
    /// The version of the rules, as 64 hexadecimal digits; empty for transfers of before.
    pub rulebook: String,
}

/// A line of the trial balance of some months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodRow {
    /// The account.
    pub account: AccountShown,
    /// What it had before.
    pub opening: Sums,
    /// What moved.
    pub moved: Sums,
    /// What is promised now and not yet kept.
    pub pending: Sums,
}

/// All accounts over some months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodBalance {
    /// First and last month; none for everything.
    pub months: Option<(Month, Month)>,
    /// By kind of account and the office's code.
    pub rows: Vec<PeriodRow>,
    /// The sums over all accounts.
    pub total: (Sums, Sums, Sums),
}

/// The statement of an account over some months, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountStatement {
    /// The account.
    pub account: AccountShown,
    /// First and last month.
    pub months: (Month, Month),
    /// What it had before the first month.
    pub opening: Sums,
    /// What it has at the end of the last.
    pub closing: Sums,
    /// Its entries, each with debits less credits after it.
    pub entries: Vec<(EntryShown, Rupiah)>,
    /// Whether more follow.
    pub more: bool,
}

/// Some entries, or a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries {
    /// By day.
    pub entries: Vec<EntryShown>,
    /// Whether more follow.
    pub more: bool,
}

/// One transfer and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryFile {
    /// The transfer.
    pub entry: EntryShown,
    /// The scheme, where it is somebody's contribution.
    pub scheme: Option<Scheme>,
    /// What became of a promise.
    pub resolution: Resolution,
    /// The promise that it keeps or takes back, what keeps it, takes it back or undoes it.
    pub related: Vec<EntryShown>,
    /// The vouchers behind it, and those that wait to undo it; each with its maker and checker.
    pub vouchers: Vec<(VoucherRecord, Box<str>, Box<str>)>,
    /// Why it cannot be undone by a voucher, by its stable code; none when it can.
    pub keeps: Option<&'static str>,
}

/// Where a part of a list begins: after a transfer of a day.
pub type After = (Day, Id<kind::Transfer>);

/// Before every day of the books.
pub(crate) fn beginning() -> Day {
    Day::new(1900, 1, 1).expect("a day")
}

/// After every day of the books.
pub(super) fn end() -> Day {
    Day::new(2999, 12, 31).expect("a day")
}

/// What every account had before a day.
pub(super) fn sums_before(tx: &mut Tx<'_>, day: Day) -> Result<SumsByAccount, AppError> {
    let closed = store::ledger::period::closed(tx)?;
    let held = closed.into_iter().rfind(|(month, _)| month.last_day() < day);
    let (mut sums, from) = match held {
        Some((month, step)) => {
            (store::ledger::period::closing(tx, step)?, month.last_day().plus_days(1))
        }
        None => (SumsByAccount::new(), beginning()),
    };
    if from < day {
        for (account, more) in store::ledger::sums(tx, (from, day.plus_days(-1)))? {
            let sum = sums.entry(account).or_default();
            *sum = sum.plus(more).map_err(|_| too_much())?;
        }
    }
    Ok(sums)
}

impl Office {
    /// All accounts over some months: what they had, what moved, what they have.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn period_balance(
        &self,
        actor: &Actor,
        months: Option<(Month, Month)>,
    ) -> Result<PeriodBalance, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let (first, last) = match months {
            Some((first, last)) => (first.first_day(), last.last_day()),
            None => (beginning(), end()),
        };
        let today = self.environment.today();
        self.store.read(|tx| {
            let names = Names::load(tx, last.min(today))?;
            let opening = sums_before(tx, first)?;
            let moved = store::ledger::sums(tx, (first, last))?;
            let mut rows = Vec::new();
            for (account, balance) in store::ledger::accounts(tx)? {
                let of = |sums: &SumsByAccount| sums.get(&account.id).copied().unwrap_or_default();
                rows.push(PeriodRow {
                    opening: of(&opening),
                    moved: of(&moved),
                    pending: Sums {
                        debits: balance.debits_pending,
                        credits: balance.credits_pending,
                    },
                    account: names.shown(&account),
                });
            }
            rows.sort_by(|a, b| order(&a.account).cmp(&order(&b.account)));
            let mut total = (Sums::default(), Sums::default(), Sums::default());
            for row in &rows {
                let plus = |sum: Sums, more: Sums| sum.plus(more).map_err(|_| too_much());
                total.0 = plus(total.0, row.opening)?;
                total.1 = plus(total.1, row.moved)?;
                total.2 = plus(total.2, row.pending)?;
            }
            Ok(PeriodBalance { months, rows, total })
        })
    }

    /// Every account as people call it on a day, by kind and code.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn ledger_accounts(&self, actor: &Actor) -> Result<Vec<AccountShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let today = self.environment.today();
        self.store.read(|tx| {
            let names = Names::load(tx, today)?;
            let accounts = store::ledger::accounts(tx)?;
            let mut shown: Vec<AccountShown> =
                accounts.iter().map(|(account, _)| names.shown(account)).collect();
            shown.sort_by(|a, b| order(a).cmp(&order(b)));
            Ok(shown)
        })
    }

    /// The statement of an account, by its own code: at most so many entries after one of them.
    ///
    /// # Errors
    /// `ACCOUNT_UNKNOWN`, `USER_MAY_NOT`.
    pub fn account_statement(
        &self,
        actor: &Actor,
        code: &str,
        months: (Month, Month),
        after: Option<After>,
        most: u32,
    ) -> Result<AccountStatement, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let (first, last) = (months.0.first_day(), months.1.last_day());
        let today = self.environment.today();
        self.store.read(|tx| {
            let names = Names::load(tx, last.min(today))?;
            let account = names.by_code(code)?;
            let id = account.account.id;
            let before = sums_before(tx, first)?;
            let opening = before.get(&id).copied().unwrap_or_default();
            let moved = store::ledger::sums(tx, (first, last))?;
            let moved = moved.get(&id).copied().unwrap_or_default();
            let (from, last_seen) = after.unwrap_or((first, Id::from_bytes([0; 16])));
            let passed = match after {
                Some((day, seen)) => store::ledger::sums_to(tx, id, (first, day), seen)?,
                None => Sums::default(),
            };
            let mut found = store::ledger::page(tx, (from, last), last_seen, Some(id), most + 1)?;
            let more = found.len() > most as usize;
            found.truncate(most as usize);
            let mut running = opening.plus(passed).map_err(|_| too_much())?.net_debit();
            let mut entries = Vec::with_capacity(found.len());
            for transfer in found {
                let sign = if transfer.debit == id { 1 } else { -1 };
                running = Rupiah(running.0 + sign * transfer.amount.0);
                entries.push((entry(tx, &names, transfer)?, running));
            }
            let closing = opening.plus(moved).map_err(|_| too_much())?;
            Ok(AccountStatement { account, months, opening, closing, entries, more })
        })
    }

    /// The entries of some months, promises among them: at most so many after one of them.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn ledger_entries(
        &self,
        actor: &Actor,
        months: (Month, Month),
        after: Option<After>,
        most: u32,
    ) -> Result<Entries, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let last = months.1.last_day();
        let today = self.environment.today();
        self.store.read(|tx| {
            let names = Names::load(tx, last.min(today))?;
            let (from, seen) = after.unwrap_or((months.0.first_day(), Id::from_bytes([0; 16])));
            let mut found = store::ledger::page(tx, (from, last), seen, None, most + 1)?;
            let more = found.len() > most as usize;
            found.truncate(most as usize);
            let mut entries = Vec::with_capacity(found.len());
            for transfer in found {
                entries.push(entry(tx, &names, transfer)?);
            }
            Ok(Entries { entries, more })
        })
    }

    /// One transfer with what stands behind it and what became of it.
    ///
    /// # Errors
    /// `TRANSFER_UNKNOWN`, `USER_MAY_NOT`.
    pub fn ledger_entry(
        &self,
        actor: &Actor,
        id: Id<kind::Transfer>,
    ) -> Result<EntryFile, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let today = self.environment.today();
        self.store.read(|tx| {
            let found = store::ledger::get(tx, id)?;
            let unknown = || AppError::not_found("TRANSFER_UNKNOWN", id.to_string());
            let (transfer, resolution) = found.ok_or_else(unknown)?;
            let names = Names::load(tx, transfer.day.min(today))?;
            let mut others = vec![
                Transfer::kept_id(id),
                transfer.taken_back(transfer.day).id,
                Transfer::reversal_id(id),
            ];
            others.extend(transfer.kind.pending());
            others.extend(transfer.undoes());
            let mut related = Vec::new();
            for (other, _) in store::ledger::known(tx, others)? {
                let Some((other, _)) = store::ledger::get(tx, other.id)? else { continue };
                related.push(entry(tx, &names, other)?);
            }
            related.sort_by_key(|one| (one.transfer.day, one.transfer.id));
            let mut vouchers = store::ledger::voucher::of_transfer(tx, id)?;
            vouchers.extend(store::ledger::voucher::of_transfer(tx, Transfer::reversal_id(id))?);
            let vouchers = vouchers.into_iter().map(|record| {
                let maker = names.user(Some(record.voucher.made_by));
                let checker = names.user(record.checked_by);
                (record, maker, checker)
            });
            let vouchers = vouchers.collect();
            let undone = related.iter().any(|one| one.transfer.undoes() == Some(id));
            let keeps = match check_reversal(&transfer) {
                Err(refusal) => Some(refusal.name()),
                Ok(()) if undone => Some("ALREADY_REVERSED"),
                Ok(()) => None,
            };
            Ok(EntryFile {
                scheme: scheme_of(tx, &transfer)?,
                entry: entry(tx, &names, transfer)?,
                resolution,
                related,
                vouchers,
                keeps,
            })
        })
    }

    /// The first and the last month that have entries; none while the books are empty.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn ledger_first_month(&self, actor: &Actor) -> Result<Option<Month>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let first = self.store.read(|tx| store::ledger::first_day_after(tx, beginning()))?;
        Ok(first.map(Day::month_of))
    }

    /// The last day of the books that is closed.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn closed_until(&self, actor: &Actor) -> Result<Option<Day>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let closed = self.store.read(store::ledger::period::closed)?;
        let months: Vec<Month> = closed.into_iter().map(|(month, _)| month).collect();
        Ok(closed_until(&months))
    }
}

/// By kind, the office's code, and whose it is.
fn order(shown: &AccountShown) -> (AccountKind, &str, &str) {
    (shown.account.kind, &shown.title.code, &shown.owner)
}

pub(super) fn entry(
    tx: &mut Tx<'_>,
    names: &Names,
    transfer: Transfer,
) -> Result<EntryShown, AppError> {
    let Origin { rulebook, maker, checker } = transfer.origin;
    Ok(EntryShown {
        debit: names.account(transfer.debit)?,
        credit: names.account(transfer.credit)?,
        document: names.document(tx, transfer.document)?,
        maker: names.user(maker),
        checker: names.user(checker),
        rulebook: rulebook.map(|bytes| hex(&bytes)).unwrap_or_default(),
        transfer,
    })
}

/// The scheme of a contribution: the one whose identifier it has.
fn scheme_of(tx: &mut Tx<'_>, transfer: &Transfer) -> Result<Option<Scheme>, AppError> {
    let (TransferCode::Contribution, Document::Membership(member), Some(month)) =
        (transfer.code, transfer.document, transfer.month)
    else {
        return Ok(None);
    };
    let promise = transfer.kind.pending().unwrap_or(transfer.id);
    let membership = store::memberships::get(tx, member)?;
    let programme = membership.map(|membership| membership.programme);
    let bills = store::bills::list(tx)?;
    let ours = bills.iter().find(|bill| Some(bill.programme) == programme && bill.month == month);
    let revisions = ours.map_or(0, |bill| bill.revision);
    Ok(scheme_of_contribution(member, month, revisions, |one| one == promise))
}
